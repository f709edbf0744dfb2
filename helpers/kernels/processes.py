"""Processes by number: when one was born, and who is below it. Linux."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def born(pid: int) -> str:
    """Return when a process was started, in the system's ticks; "" if it does not run.

    A number is given to another process sooner or later; number and date are not.
    """
    with contextlib.suppress(OSError):
        state, *rest = fields(pid)
        return rest[18] if state not in "ZX" else ""
    return ""


def fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name: state, parent and so on.

    Raises:
        OSError: there is no such process.
    """
    # The name may hold anything, brackets and spaces too.
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def descendants(root: int) -> list[int]:
    """Return the processes below one, as they are now, parents first."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            children.setdefault(int(fields(int(name))[1]), []).append(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found[1:]


def kill_descendants() -> None:
    """Kill all below this process, daemons included, and take note of their ends.

    Only complete for a process that called `adopt_orphans` before it had any.
    """
    while pids := descendants(os.getpid()):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever below this process loses its own."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """End this process by SIGKILL when its parent ends.

    Raises:
        ProcessLookupError: the parent has ended already.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise ProcessLookupError(f"process {parent} has ended")


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        raise OSError(ctypes.get_errno(), f"prctl {option} failed")
