"""What a submission can see, as a bubblewrap command: Python, the library, and little else."""

from __future__ import annotations

import os
import shutil
import site
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import helpers
from helpers.errors import CourseError
from helpers.grading.sandbox import staging
from helpers.grading.sandbox.item import CACHE, HOME, KEPT, PICTURES, STAGE
from helpers.storage import cache_folder

HOSTNAME = "course"
PICTURE_FOLDERS = ("herbarium", "flowers102")
"""Of the cache: pictures that a lesson shows. What else is kept there came from other people."""

_SYSTEM = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
_SETTINGS = (
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives",
    "/etc/localtime", "/etc/fonts", "/sys/devices/system/cpu",
)  # fmt: skip
_OWN_SETTINGS = Path(__file__).with_name("etc")
_REPLACED = ("/tmp", HOME, "/dev/shm", "/job")  # an item gets these anew


@dataclass(frozen=True)
class View:
    """Folders that a submission can read, and the program that shows it nothing else."""

    program: str  #: bwrap
    roots: tuple[Path, ...]  #: shown where they are
    pictures: tuple[tuple[str, Path], ...]  #: name, and folder of the cache

    def wrap(self, command: list[str]) -> list[str]:
        """Return a command that runs `command` inside; started by root, as nobody."""
        shown = _Shown(stage=os.geteuid() == 0)
        inside = [
            "--unshare-all", "--new-session", "--uid", "1000", "--gid", "1000",
            "--hostname", HOSTNAME, "--proc", "/proc", "--dev", "/dev",
            *_system(), "--tmpfs", "/tmp", "--tmpfs", HOME,
        ]  # fmt: skip
        for path in sorted(_OWN_SETTINGS.iterdir()):
            inside += ["--ro-bind", shown.source(path), f"/etc/{path.name}"]
        for place in ("/job", STAGE, PICTURES, KEPT):
            inside += ["--dir", place]
        for root in self.roots:
            inside += ["--ro-bind", shown.source(root), str(root)]
        for number, kept in enumerate(self.kept):
            inside += ["--ro-bind", shown.source(Path(kept)), f"{KEPT}/{number}"]
        for name, folder in self.pictures:
            inside += ["--ro-bind", shown.source(folder), f"{PICTURES}/{name}"]
        inside += ["--remount-ro", "/", "--chdir", "/", "--", *command]
        return shown.staged([self.program, *inside])

    @property
    def kept(self) -> tuple[str, ...]:
        """Those roots that an item would lose below a folder that it gets anew."""
        return tuple(str(root) for root in self.roots if _within(root, map(Path, _REPLACED)))


class _Shown:
    """Where bubblewrap finds a path: root puts it where nobody can read it."""

    def __init__(self, stage: bool) -> None:
        self._stage = stage
        self._sources: list[str] = []

    def source(self, path: Path) -> str:
        if not self._stage:
            return str(path)
        if str(path) not in self._sources:
            self._sources.append(str(path))
        return staging.place(self._sources.index(str(path)))

    def staged(self, command: list[str]) -> list[str]:
        return staging.command(self._sources, command) if self._stage else command


def find_view(keep_away: Sequence[Path] = ()) -> View:
    """Return what a submission needs to see on this machine.

    Args:
        keep_away: folders that it must not see, such as the class and the submissions.

    Raises:
        CourseError: bubblewrap is missing, or Python lies so that it cannot be shown alone.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise CourseError(
            "bubblewrap is not installed: install it (Debian: apt-get install bubblewrap), "
            "or give --no-sandbox to run submissions unprotected"
        )
    roots = _roots()
    _refuse_to_show(roots, keep_away)
    cache = cache_folder()
    found = [(name, cache / name) for name in PICTURE_FOLDERS if (cache / name).is_dir()]
    return View(program, roots, tuple((name, folder.resolve()) for name, folder in found))


def environment() -> dict[str, str]:
    """Return all variables a submission sees in its room. Nothing of the caller's is in it."""
    programs = [os.path.dirname(sys.executable), "/usr/local/bin", "/usr/bin", "/bin"]
    return {
        "PATH": os.pathsep.join(programs),
        "PYTHONPATH": str(_package().parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": HOME,
        "USER": "student",
        "LOGNAME": "student",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "COURSE_CACHE": CACHE,
        "COURSE_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def plain_environment() -> dict[str, str]:
    """Return the same for items that run where the caller does."""
    return {**environment(), "HOME": str(Path.home()), "COURSE_CACHE": str(cache_folder())}


def _system() -> list[str]:
    """Return options for what every program needs."""
    options = ["--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        if os.path.islink(name):
            options += ["--symlink", os.readlink(name), name]
        elif os.path.isdir(name):
            options += ["--ro-bind", name, name]
    for name in _SETTINGS:
        options += ["--ro-bind-try", name, name]
    return options


def _roots() -> tuple[Path, ...]:
    """Return the folders of Python, its environment and this library, none inside another."""
    wanted = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix), _package()}
    wanted |= {Path(entry) for entry in sys.path if _is_site(entry)}
    program = Path(sys.executable)
    while program.is_symlink():  # each link on the way must be there too
        program = program.parent / os.readlink(program)
        wanted.add(Path(os.path.normpath(program)).parent.parent)
    wanted |= {path.resolve() for path in wanted}
    chosen: list[Path] = []
    for path in sorted(wanted, key=lambda path: len(path.parts)):
        if path.is_dir() and not _within(path, [Path("/usr"), *chosen]):
            chosen.append(path)
    return tuple(chosen)


def _is_site(entry: str) -> bool:
    """Tell whether an entry of sys.path holds installed packages."""
    return os.path.basename(entry) in ("site-packages", "dist-packages") or (
        entry == site.getusersitepackages()
    )


def _package() -> Path:
    """Return the folder of this library."""
    return Path(str(helpers.__file__)).parent.resolve()


def _refuse_to_show(roots: Sequence[Path], keep_away: Sequence[Path]) -> None:
    """Make sure that none of the roots shows what a submission must not see.

    Raises:
        CourseError: one does.
    """
    secret = [Path.home(), *keep_away, _package().parent / "solutions", _package().parent / ".git"]
    for root in roots:
        for path in secret:
            if _within(Path(os.path.abspath(path)), [root]):
                raise CourseError(
                    f"a submission must see {root} to run Python, and {path} lies in it: "
                    "move it away, or make a virtual environment elsewhere"
                )
    for path in map(Path, keep_away):
        if _within(Path(os.path.abspath(path)), [Path("/usr")]):
            raise CourseError(f"a submission can read /usr, and {path} lies in it: move it away")


def _within(path: Path, folders: Sequence[Path] | map[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)
