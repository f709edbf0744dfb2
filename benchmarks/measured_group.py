"""What a command and all it starts use: processor time and memory, orphans included.

A grader's template and its forks are nobody's children for long, so that the times of waited-for
children miss them. Where a control group can be made (cgroup v1 with `cpuacct`, or v2) it counts
everything; elsewhere children that were waited for have to do.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import secrets
import signal
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType

_ROOT = Path("/sys/fs/cgroup")
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Group:
    """A control group for commands, if there may be one; removed at the end."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._before = _children()
        for parent in (_ROOT / "cpuacct", _ROOT):
            path = parent / f"benchmark-{secrets.token_hex(4)}"
            if any((parent / name).exists() for name in ("cpuacct.usage", "cgroup.controllers")):
                with contextlib.suppress(OSError):
                    path.mkdir()
                    self._path = path
                    return

    def __enter__(self) -> Group:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.kill()
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.rmdir()

    def command(self, command: Sequence[str]) -> list[str]:
        """The command that runs this one in the group."""
        if self._path is None:
            return list(command)
        enter = 'echo $$ > "$0" && exec "$@"'
        return ["sh", "-c", enter, str(self._path / "cgroup.procs"), *command]

    def cpu_seconds(self) -> float:
        """Processor time of all that ran in the group so far."""
        if self._path is None:
            return _children() - self._before
        usage = self._path / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) / 1e9
        found = re.search(r"usage_usec (\d+)", (self._path / "cpu.stat").read_text())
        return int(found[1]) / 1e6 if found else 0.0

    def processes(self) -> list[int]:
        """The processes in the group now."""
        if self._path is None:
            return []
        return [int(line) for line in (self._path / "cgroup.procs").read_text().split()]

    def pss_mb(self, processes: Iterable[int] | None = None) -> float:
        """Memory of some processes (or all), each shared page counted once, in MB."""
        total = 0
        for process in self.processes() if processes is None else processes:
            with contextlib.suppress(OSError):
                found = _PSS.search(Path(f"/proc/{process}/smaps_rollup").read_text())
                total += int(found[1]) if found else 0
        return total / 1024

    def kill(self) -> None:
        """End all that is left in the group: a template waits for more work."""
        for _ in range(100):
            left = self.processes()
            for process in left:
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)
            if not left:
                return
            time.sleep(0.1)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
