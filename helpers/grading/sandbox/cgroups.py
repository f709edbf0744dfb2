"""Control groups, where this user may make some: exact bounds for all processes of a room."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids")

_PREFIX = "course-"
_NUMBERS = itertools.count()
_LIMITS = {  # file, of cgroups version 1 and 2
    "memory": ("memory.limit_in_bytes", "memory.max"),
    "pids": ("pids.max", "pids.max"),
}
_EVENTS = ("memory.oom_control", "memory.events")
_GONE_SECONDS = 3.0


@dataclass(frozen=True)
class Group:
    """The groups of one room, one for each controller that may be used; perhaps none."""

    folders: dict[str, Path]

    @classmethod
    def make(cls, memory_bytes: int, processes: int) -> Group:
        """Make groups below those of this process, as far as it may."""
        folders = {}
        for controller, value in (("memory", memory_bytes), ("pids", processes)):
            parent = _parent(controller)
            folder = parent / f"{_PREFIX}{os.getpid()}-{next(_NUMBERS)}" if parent else None
            if folder and _limited(folder, controller, value):
                folders[controller] = folder
        return cls(folders)

    def add(self, pid: int) -> None:
        """Put a process in; its children are born there."""
        for folder in set(self.folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def killed(self) -> int:
        """Return how often a process was ended because the memory was used up."""
        folder = self.folders.get("memory")
        for name in _EVENTS if folder else ():
            with contextlib.suppress(OSError, ValueError):
                lines = (folder / name).read_text().split("\n") if folder else []
                for line in lines:
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        return 0

    def close(self) -> None:
        """Remove the groups; they go when their last process has gone."""
        deadline = time.monotonic() + _GONE_SECONDS
        for folder in set(self.folders.values()):
            while folder.exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                if time.monotonic() > deadline:
                    return  # it holds nothing but a name; `available` sweeps
                time.sleep(0.002)


def available() -> tuple[str, ...]:
    """Return the controllers with which this process can make groups; remove what others left."""
    for parent in filter(None, map(_parent, CONTROLLERS)):
        for left in parent.glob(f"{_PREFIX}*"):
            if not Path(f"/proc/{left.name.split('-')[1]}").exists():
                with contextlib.suppress(OSError):
                    left.rmdir()
    group = Group.make(2**40, 1000)
    try:
        return tuple(name for name in CONTROLLERS if name in group.folders)
    finally:
        group.close()


def _limited(folder: Path, controller: str, value: int) -> bool:
    """Make a group and set its limit; False, and no group, where that is not allowed."""
    try:
        folder.mkdir()
    except OSError:
        return False
    for name in _LIMITS[controller]:
        with contextlib.suppress(OSError):
            if (folder / name).exists():
                (folder / name).write_text(str(value))
                return True
    with contextlib.suppress(OSError):
        folder.rmdir()
    return False


def _parent(controller: str) -> Path | None:
    """Return the group of this process in the hierarchy of a controller."""
    own = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, names, path = line.split(":", 2)
        own.update({name: path for name in names.split(",")})
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, kind, options = line.split(" ")[:4]
        if kind == "cgroup" and controller in options.split(",") and controller in own:
            name = controller
        elif kind == "cgroup2" and _delegated(Path(place, own.get("", "/").strip("/")), controller):
            name = ""
        else:
            continue
        within = Path(place, own[name].strip("/"))
        return within if within.is_dir() else Path(place)
    return None


def _delegated(folder: Path, controller: str) -> bool:
    """Tell whether groups made here have the controller, by version 2's rules."""
    with contextlib.suppress(OSError):
        return controller in (folder / "cgroup.subtree_control").read_text().split()
    return False
