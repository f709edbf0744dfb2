"""What a tree of processes uses: how many there are, their memory, their processor time."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")
_RSS = ("RssAnon:", "RssShmem:")
_PSS = ("Pss_Anon:", "Pss_Shmem:")

Members = Callable[[], list[int]]
"""The processes to look at."""


@dataclass(frozen=True)
class Usage:
    """Of all processes that live now."""

    processes: int
    memory_kb: int  #: pages of their own; the template's are subtracted
    cpu_seconds: float  #: with those of their children that have ended


def of_namespace() -> list[int]:
    """Return every process of this PID namespace but process 1, which asks."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]


def of_descendants() -> list[int]:
    """Return every process below this one, which adopts orphans."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError, IndexError):
            children.setdefault(int(_stat(int(name))[1]), []).append(int(name))
    found = [os.getpid()]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


def usage(pids: Iterable[int], shared_kb: int, budget_kb: int) -> Usage:
    """Measure processes.

    Args:
        pids: as `Members` returns them; who has ended meanwhile does not count.
        shared_kb: memory that each fork of the template has in common with it.
        budget_kb: what the memory is compared with: above it, it is measured page by page, which
            takes milliseconds, and below it may be counted more than once.
    """
    alive, memory, cpu = [], {}, 0.0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            fields = _stat(pid)
            cpu += sum(map(int, fields[11:15])) * _TICK
            if fields[0] != "Z":
                memory[pid] = _sum(Path(f"/proc/{pid}/status"), _RSS)
                alive.append(pid)
    used = sum(memory.values()) - shared_kb
    if used > budget_kb and len(alive) > 1:
        # A page that three have in common counts a third for each: template, process 1, the item.
        used = sum(_proportional(pid, memory[pid]) for pid in alive) - shared_kb // 3
    return Usage(len(alive), max(0, used), cpu)


def memory_kb(pid: int | str = "self") -> int:
    """Return the anonymous and shared memory of one process."""
    return _sum(Path(f"/proc/{pid}/status"), _RSS)


def data_bytes() -> int:
    """Return what counts against RLIMIT_DATA in this process now."""
    return 1024 * _sum(Path("/proc/self/status"), ("VmData:",))


def end_all(members: Members, everyone: bool, seconds: float = 20.0) -> dict[int, int]:
    """Kill every process of a tree and wait until none is left.

    Args:
        members: of the tree, below this process, which adopts orphans.
        everyone: kill by one system call whatever this process can see, in a namespace of its own.
        seconds: to wait.

    Returns:
        The exit status of those that were children of this process, by PID.

    Raises:
        TimeoutError: some are still there.
    """
    statuses: dict[int, int] = {}
    deadline, pause = time.monotonic() + seconds, 0.0002
    while True:
        _kill(members, everyone)
        try:
            while (found := os.waitpid(-1, os.WNOHANG))[0]:
                statuses[found[0]] = found[1]
        except ChildProcessError:
            return statuses
        if time.monotonic() > deadline:
            raise TimeoutError(f"a process did not end within {seconds:g} seconds of being killed")
        time.sleep(pause)
        pause = min(2 * pause, 0.01)


def _kill(members: Members, everyone: bool) -> None:
    if everyone:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        return
    for pid in members():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, which may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def _proportional(pid: int, otherwise: int) -> int:
    """Return a process's share of its pages; `otherwise` where it does not let itself be read."""
    with contextlib.suppress(OSError):
        return _sum(Path(f"/proc/{pid}/smaps_rollup"), _PSS)
    return otherwise


def _sum(path: Path, names: tuple[str, ...]) -> int:
    """Add up lines like `RssAnon:  1234 kB`."""
    lines = path.read_text("utf-8", "replace").splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(names))
