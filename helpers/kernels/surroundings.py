"""What a child process inherits from its parent, taken to one that is forked somewhere else."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_LIMITS = ("RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE",
           "RLIMIT_NPROC", "RLIMIT_STACK", "RLIMIT_AS")  # fmt: skip


def describe(environment: Mapping[str, str], folder: str) -> dict[str, Any]:
    """Return this process's surroundings as plain data.

    Args:
        environment: all variables.
        folder: to work in.
    """
    mask = re.search(r"^Umask:\s+(\d+)$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return {
        "environment": dict(environment),
        "folder": os.path.abspath(folder),
        "umask": int(mask[1], 8) if mask else 0o022,
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "cores": sorted(os.sched_getaffinity(0)),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in _LIMITS},
    }


def enter(described: Mapping[str, Any]) -> None:
    """Give this process the surroundings that `describe` found.

    Raises:
        OSError: the folder is not there.
    """
    os.environ.clear()
    os.environ.update(described["environment"])
    time.tzset()
    os.chdir(described["folder"])
    os.umask(described["umask"])
    # What the template's user or limits do not allow is as good as inherited.
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, 0, described["nice"])
    with contextlib.suppress(OSError):
        os.sched_setaffinity(0, described["cores"])
    for name, limits in described["limits"].items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(getattr(resource, name), tuple(limits))
