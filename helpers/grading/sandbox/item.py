"""The process in which one item runs: it sets up its view, gives up every right, then runs it."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from helpers.grading.core import Limits
from helpers.grading.sandbox import namespaces, seccomp
from helpers.kernels.template import close_other_files, freshen

HOME = "/home/student"
CACHE = f"{HOME}/.cache/past-the-wall"
PICTURES = "/pictures"
"""Where the view has the course's pictures; an item sees them in its cache folder."""
KEPT = "/kept"
"""Where the view has a second copy of what lies below a folder that an item gets anew."""
STAGE = "/item"

READY, BROKEN, SEED, EVIDENCE = b"R", b"X", b"S", b"E"
HEADER = struct.Struct("!cII")
"""A frame of the item: what it is, and the lengths of a JSON text and of the bytes behind it."""
SEED_BYTES = struct.Struct("!Q")

_OPEN_FILES = 256
_OWN_ENTRIES = 40  # folders of an empty view
_BURST_MB = 256  # what may be taken between two looks of the watchman


@dataclass(frozen=True)
class Room:
    """What all items of one submission have in common."""

    limits: Limits
    files: Mapping[str, bytes]  #: beside the notebook
    runner: str  #: "package.module:function", see `grading.runner.run_job`
    kept: tuple[str, ...] = ()  #: folders to show again, the first at /kept/0
    pictures: tuple[str, ...] = ()  #: folders of the cache
    folder: str | None = None  #: without namespaces: where its files go; then nothing is hidden
    data_bytes: int = 0  #: memory of the template, as RLIMIT_DATA counts it


def begin(room: Room, job: dict[str, Any], up: int, down: int, out: int) -> None:
    """Become the item; never returns.

    Args:
        room: of its submission.
        job: fields of `core.Job` without the seed.
        up: where its frames go.
        down: where the seed comes from.
        out: where everything it prints goes.
    """
    try:
        try:
            run = _prepare(room, up, down, out)
        except BaseException as error:
            send(up, BROKEN, {"problem": f"{type(error).__name__}: {error}"[:300]})
            os._exit(1)
        send(up, READY, {})
        run(job, lambda: _ask(up, down), lambda data, more: _answer(up, data, more))
    finally:
        os._exit(0)


def send(up: int, kind: bytes, message: Mapping[str, Any], data: bytes = b"") -> None:
    """Send one frame to process 1."""
    text = json.dumps(message).encode()
    rest = memoryview(HEADER.pack(kind, len(text), len(data)) + text + data)
    while rest:
        rest = rest[os.write(up, rest) :]


def _ask(up: int, down: int) -> int:
    """Ask for the seed, now that the learner's cells have run."""
    send(up, SEED, {})
    data = b""
    while len(data) < SEED_BYTES.size:
        block = os.read(down, SEED_BYTES.size - len(data))
        if not block:
            raise EOFError("no seed came")
        data += block
    return int(SEED_BYTES.unpack(data)[0])


def _answer(up: int, data: bytes, more: Mapping[str, Any]) -> None:
    """Send the evidence, and before it what is still to be printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # they may be anything by now
            stream.flush()
    send(up, EVIDENCE, more, data)


def _prepare(room: Room, up: int, down: int, out: int) -> Callable[..., None]:
    """Do everything that comes before the learner's code; return the runner."""
    module, _, function = room.runner.partition(":")
    run: Callable[..., None] = getattr(importlib.import_module(module), function)
    place = _plain_view(room) if room.folder else make_view(room)
    _write_files(place, room.files)
    os.setsid()
    os.umask(0o022)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, fd in enumerate((nothing, out, out)):
        os.dup2(fd, number)
    sys.stdout = sys.__stdout__ = _printing_to(1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _printing_to(2)  # type: ignore[misc]
    close_other_files(keep=(up, down))
    Path("/proc/self/oom_score_adj").write_text("1000")  # it goes before its watchman
    _limit(room)
    if room.folder is None:
        seccomp.new_session_keyring()
        namespaces.give_up_capabilities()
        seccomp.refuse_calls()
    namespaces.prctl(namespaces.PR_SET_DUMPABLE, 1)  # its watchman reads what it uses
    namespaces.set_name("item")
    os.chdir(place)
    freshen()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return run


def make_view(room: Room) -> str:
    """Mount what an item may write, empty: one file system of limited size for all of it."""
    limits = room.limits
    namespaces.unshare(namespaces.CLONE_NEWNS | namespaces.CLONE_NEWIPC)
    namespaces.keep_mounts_private()
    own = sum(map(len, room.files.values()))
    size = limits.disk_mb * 2**20 + own + 4096 * len(room.files)
    entries = limits.files + _OWN_ENTRIES + _entries_of(room)
    flags = namespaces.MS_NOSUID | namespaces.MS_NODEV
    namespaces.mount("tmpfs", STAGE, "tmpfs", flags, f"size={size},nr_inodes={entries},mode=0755")
    for name, target, mode in (
        ("job", "/job", 0o755), ("home", HOME, 0o755), ("tmp", "/tmp", 0o1777),
        ("shm", "/dev/shm", 0o1777),
    ):  # fmt: skip
        os.mkdir(f"{STAGE}/{name}")
        os.chmod(f"{STAGE}/{name}", mode)
        namespaces.bind(f"{STAGE}/{name}", target)
    for number, folder in enumerate(room.kept):
        os.makedirs(folder, exist_ok=True)
        namespaces.bind(f"{KEPT}/{number}", folder)
    for name in room.pictures:
        _show_pictures(name)
    namespaces.unmount(STAGE)
    return "/job"


def _entries_of(room: Room) -> int:
    """Return a bound on the files and folders that an item finds in its writable places."""
    names = [*room.files, *room.kept, *room.pictures]
    return sum(name.count("/") + 3 for name in names)


def _show_pictures(name: str) -> None:
    """Show one folder of the cache: read-only below, and what is written stays in the item."""
    upper, work, target = f"{STAGE}/over-{name}", f"{STAGE}/work-{name}", f"{CACHE}/{name}"
    for folder in (upper, work, target):
        os.makedirs(folder)
    layers = f"lowerdir={PICTURES}/{name},upperdir={upper},workdir={work}"
    flags = namespaces.MS_NOSUID | namespaces.MS_NODEV
    try:
        namespaces.mount("overlay", target, "overlay", flags, f"{layers},userxattr")
    except OSError:  # a kernel before 5.11: links instead; they cost an entry each
        for entry in os.listdir(f"{PICTURES}/{name}"):
            os.symlink(f"{PICTURES}/{name}/{entry}", f"{target}/{entry}")


def _plain_view(room: Room) -> str:
    """Make an empty folder for the item, where no namespace is to be had."""
    import shutil

    assert room.folder is not None
    shutil.rmtree(room.folder, ignore_errors=True)
    for name in ("job", "home", "tmp"):
        os.makedirs(f"{room.folder}/{name}")
    os.environ.update(HOME=f"{room.folder}/home", TMPDIR=f"{room.folder}/tmp")
    return f"{room.folder}/job"


def _write_files(folder: str, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _printing_to(number: int) -> TextIOWrapper:
    """Return a stream that sends each line at once: what is printed is counted as it comes."""
    return open(number, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)


def _limit(room: Room) -> None:
    """Set the limits that the kernel holds for each process by itself."""
    limits = room.limits
    memory = room.data_bytes + (limits.memory_mb * 5 // 4 + _BURST_MB) * 2**20
    chosen = {
        resource.RLIMIT_CPU: limits.cpu_seconds + 1,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: limits.disk_mb * 2**20,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    if room.folder is None and counts_processes_apart():
        chosen[resource.RLIMIT_NPROC] = limits.processes + 1  # process 1 counts
    for name, value in chosen.items():
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def counts_processes_apart() -> bool:
    """Tell whether RLIMIT_NPROC counts a user namespace by itself: Linux 5.14.

    Before, it counts all processes of the user on the machine, and none of them is ours.
    """
    release = os.uname().release.split("-")[0].split(".")
    return tuple(int(part) for part in release[:2] if part.isdigit()) >= (5, 14)
