"""The trusted first process of a room: it starts each item, watches it, and ends all of it.

It holds nothing that an item must not know: one item at a time, and its seed only when asked.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.grading.sandbox import item, tree
from helpers.grading.sandbox.item import Room
from helpers.kernels import wire

EVIDENCE_BYTES = 32 << 20
"""What one item may send; probes need a few thousand."""

KEEP_BYTES = 8_000
"""How much of what an item prints is kept."""

KEEP_CHARACTERS = 2_000
"""How much of a text that an item sends is kept."""

MESSAGE_BYTES = 64 << 20
"""Of one frame from the engine: a submission's files."""

_BLOCK = 1 << 16
_MOST_BLOCKS = 16  # read at a time from one pipe, so that a flood does not hide the clock
_HEADER_BYTES = 1 << 16
_PERIOD = 0.02  # seconds between two looks at the tree; without namespaces all of /proc is read
_PLAIN_PERIOD = 0.1
_SETUP_SECONDS = 60.0


class Gone(Exception):
    """The engine has closed the connection: nobody waits for this room any more."""


class Broken(Exception):
    """The room itself does not work; nothing is known about the submission."""


@dataclass(eq=False)
class Ended(Exception):
    """An item is over: how, and why in one line."""

    how: str
    cause: str = ""


@dataclass
class Watched:
    """One item while it runs."""

    room: Room
    conn: socket.socket
    pid: int
    up: int  #: its frames
    down: int  #: for its seed
    out: int  #: what it prints
    seconds: float  #: that it may take
    why_seconds: str
    started: float = field(default_factory=time.monotonic)
    shared_kb: int = 0
    before: float = 0.0  #: processor time of what was reaped earlier
    ready: bool = False
    asked: bool = False
    frames: bytearray = field(default_factory=bytearray)
    printed: bytearray = field(default_factory=bytearray)
    printed_bytes: int = 0
    peak_kb: int = 0
    evidence: bytes = b""
    message: dict[str, Any] = field(default_factory=dict)

    @property
    def members(self) -> tree.Members:
        """What there is to measure and to end."""
        return tree.of_descendants if self.room.folder else tree.of_namespace


def serve(conn: socket.socket, room: Room) -> None:
    """Run the items that come over `conn`, one after another, until it is closed."""
    with contextlib.suppress(EOFError, Gone, ConnectionError):
        while True:
            message, _, fds = wire.receive(conn, MESSAGE_BYTES)
            wire.close_all(fds)
            try:
                outcome, evidence = run(conn, room, message)
            except Broken as error:
                wire.send(conn, {"broken": str(error)})
                return
            wire.send(conn, {"outcome": outcome}, evidence)


def run(
    conn: socket.socket, room: Room, message: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Run one item; return the fields of its `Outcome`, and its evidence.

    Args:
        conn: to the engine.
        room: of the submission.
        message: `job`, `seconds` and `why` (of running longer).

    Raises:
        Broken: it could not be started, or its processes cannot be ended.
        Gone: the engine has closed the connection.
    """
    watched = _start(conn, room, message)
    ended = Ended("crash")
    try:
        _watch(watched)
    except Ended as reason:
        ended = reason
    finally:
        seconds = time.monotonic() - watched.started
        status = _finish(watched)
    if ended.how == "exit":
        ended = _last_words(watched, status)
    cpu = _reaped_cpu() - watched.before
    return _outcome(watched, ended, seconds, cpu), watched.evidence if _good(ended) else b""


def _good(ended: Ended) -> bool:
    return ended.how == "evidence"


def _start(conn: socket.socket, room: Room, message: Mapping[str, Any]) -> Watched:
    up, item_up = os.pipe()
    item_down, down = os.pipe()
    out, item_out = os.pipe()
    shared_kb, before = tree.memory_kb(), _reaped_cpu()
    pid = os.fork()
    if pid == 0:
        item.begin(room, dict(message["job"]), item_up, item_down, item_out)
    wire.close_all((item_up, item_down, item_out))
    for fd in (up, down, out):
        os.set_blocking(fd, False)
    seconds, why = float(message["seconds"]), str(message["why"])
    return Watched(room, conn, pid, up, down, out, seconds, why, shared_kb=shared_kb, before=before)


def _watch(watched: Watched) -> None:
    """Look until the item is over.

    Raises:
        Ended: always, unless another exception below comes first.
        Broken: it could not be set up.
        Gone: nobody waits for it.
    """
    poll = select.poll()
    process = os.pidfd_open(watched.pid)
    try:
        for fd in (watched.conn.fileno(), watched.up, watched.out, process):
            poll.register(fd, select.POLLIN)
        period = _PLAIN_PERIOD if watched.room.folder else _PERIOD
        look_at = watched.started
        while True:
            for fd, _ in poll.poll(max(1.0, 1000 * (look_at - time.monotonic()))):
                if fd == watched.conn.fileno():
                    _pass_seed(watched)
                elif fd == process:
                    raise Ended("exit")
                elif not (_read_frames if fd == watched.up else _read_printed)(watched):
                    poll.unregister(fd)  # closed: it would be reported for ever
            if time.monotonic() >= look_at:
                _hold_to_limits(watched)
                look_at = time.monotonic() + period
    finally:
        os.close(process)


def _hold_to_limits(watched: Watched) -> None:
    """End the item if it has used more than it may.

    Raises:
        Ended: it has.
    """
    limits, spent = watched.room.limits, time.monotonic() - watched.started
    if not watched.ready:
        if spent > _SETUP_SECONDS:
            raise Broken(f"an item was not set up within {_SETUP_SECONDS:g} seconds")
        return
    used = _measure(watched)
    cpu = used.cpu_seconds + _reaped_cpu() - watched.before
    if used.memory_kb > 1024 * limits.memory_mb:
        raise Ended("memory", f"used more than {limits.memory_mb} MB of memory")
    if cpu > limits.cpu_seconds:
        raise Ended("timeout", f"used more than {limits.cpu_seconds} seconds of processor time")
    if spent > watched.seconds:
        raise Ended("timeout", watched.why_seconds)
    if used.processes > limits.processes + 1:
        raise Ended("crash", f"started more than {limits.processes} processes")


def _measure(watched: Watched) -> tree.Usage:
    budget = 1024 * watched.room.limits.memory_mb
    used = tree.usage(watched.members(), watched.shared_kb, budget)
    watched.peak_kb = max(watched.peak_kb, used.memory_kb)
    return used


def _pass_seed(watched: Watched) -> None:
    """Hand on what the engine says, which is the seed.

    Raises:
        Gone: it has closed the connection.
    """
    try:
        message, _, fds = wire.receive(watched.conn, MESSAGE_BYTES)
    except (EOFError, ConnectionError) as error:
        raise Gone from error
    wire.close_all(fds)
    with contextlib.suppress(OSError):  # the item has closed its end
        os.write(watched.down, item.SEED_BYTES.pack(int(message["seed"])))


def _read_printed(watched: Watched) -> bool:
    """Take what was printed; False at the end.

    Raises:
        Ended: it is too much.
    """
    most = watched.room.limits.output_bytes
    for _ in range(_MOST_BLOCKS):
        try:
            block = os.read(watched.out, _BLOCK)
        except BlockingIOError:
            return True
        if not block:
            return False
        watched.printed += block[: max(0, KEEP_BYTES - len(watched.printed))]
        watched.printed_bytes += len(block)
        if watched.printed_bytes > most:
            raise Ended("output", f"printed more than {most:,} bytes")
    return True


def _read_frames(watched: Watched) -> bool:
    """Take what the item sends; False at the end.

    Raises:
        Ended: it has sent its evidence, or what is none.
        Broken: it could not set itself up.
    """
    for _ in range(_MOST_BLOCKS):
        try:
            block = os.read(watched.up, _BLOCK)
        except BlockingIOError:
            return True
        if not block:
            return False
        watched.frames += block
        while frame := _next_frame(watched.frames):
            _take_frame(watched, *frame)
    return True


def _next_frame(data: bytearray) -> tuple[bytes, bytes, bytes] | None:
    """Cut one whole frame off the beginning.

    Raises:
        Ended: there is none to come.
    """
    if len(data) < item.HEADER.size:
        return None
    kind, text, rest = item.HEADER.unpack_from(data)
    if kind not in (item.READY, item.BROKEN, item.SEED, item.EVIDENCE):
        raise Ended("crash", "wrote something else than evidence where its evidence goes")
    if text > _HEADER_BYTES or rest > EVIDENCE_BYTES:
        raise Ended("output", f"sent more than {EVIDENCE_BYTES >> 20} MB of evidence")
    start = item.HEADER.size
    end = start + text + rest
    if len(data) < end:
        return None
    frame = kind, bytes(data[start : start + text]), bytes(data[start + text : end])
    del data[:end]
    return frame


def _take_frame(watched: Watched, kind: bytes, text: bytes, data: bytes) -> None:
    """Do what a frame asks for. The first evidence counts."""
    if not watched.ready:
        if kind != item.READY:
            raise Broken(f"an item could not be set up: {_parsed(text).get('problem', '')}")
        watched.ready = True
        watched.started = time.monotonic()
    elif kind == item.SEED and not watched.asked:
        watched.asked = True
        wire.send(watched.conn, {"seed": True})
    elif kind == item.EVIDENCE:
        watched.message, watched.evidence = _parsed(text), data
        with contextlib.suppress(OSError):
            _measure(watched)
        raise Ended("evidence")


def _parsed(text: bytes) -> dict[str, Any]:
    """Return a JSON object that nobody vouches for; an empty one for anything else."""
    with contextlib.suppress(ValueError, RecursionError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def _finish(watched: Watched) -> int:
    """End everything the item has started; return how its own process ended.

    Raises:
        Broken: something does not end.
    """
    try:
        statuses = tree.end_all(watched.members, everyone=watched.room.folder is None)
    except TimeoutError as error:
        raise Broken(str(error)) from error
    return statuses.get(watched.pid, 0)


def _last_words(watched: Watched, status: int) -> Ended:
    """Say how an item that ended by itself did so: its evidence may still be on the way."""
    try:
        while _more(watched):
            pass
        if not watched.ready:
            raise Broken("an item ended while it was set up")
    except Ended as reason:
        return reason
    if not os.WIFSIGNALED(status):
        return Ended("crash", f"ended itself with exit status {os.waitstatus_to_exitcode(status)}")
    number = os.WTERMSIG(status)
    if _reaped_cpu() - watched.before >= watched.room.limits.cpu_seconds:
        most = watched.room.limits.cpu_seconds
        return Ended("timeout", f"used more than {most} seconds of processor time")
    with contextlib.suppress(ValueError):
        return Ended("crash", f"died of signal {number} ({signal.Signals(number).name})")
    return Ended("crash", f"died of signal {number}")


def _more(watched: Watched) -> bool:
    """Read what is left in the pipes, now that nobody writes any more."""
    frames, printed = _read_frames(watched), _read_printed(watched)
    return frames or printed


def _outcome(watched: Watched, ended: Ended, seconds: float, cpu: float) -> dict[str, Any]:
    """Return the fields of `core.Outcome` but its evidence."""
    if _good(ended):
        try:
            _read_printed(watched)  # it wrote that before its evidence
        except Ended as reason:
            ended.how, ended.cause = reason.how, reason.cause
    wire.close_all((watched.up, watched.down, watched.out))
    own = watched.message.get("own_seconds")
    known = isinstance(own, int | float) and math.isfinite(own)
    problem = watched.message.get("problem")
    return {
        "ended": ended.how,
        "cause": ended.cause,
        "printed": _text(bytes(watched.printed)),
        "problem": _text(problem.encode("utf-8", "replace")) if isinstance(problem, str) else "",
        "seconds": seconds,
        "cpu_seconds": cpu,
        "own_seconds": min(max(0.0, float(own)), cpu) if known and own else 0.0,
        "peak_mb": watched.peak_kb / 1024,
    }


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")[:KEEP_CHARACTERS]


def _reaped_cpu() -> float:
    """Return the processor time of all that this process has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
