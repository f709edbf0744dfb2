"""One class's folder, as grading sees it: lessons, the secret seed, the lock, the originals."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import filelock

from helpers import storage
from helpers.authoring.settings import SECRET
from helpers.errors import CourseError
from helpers.grading.records import PRIVATE
from helpers.places import CLASS_FILE, lessons

SEED = f"{PRIVATE}/seed"
REPLACED = f"{PRIVATE}/replaced"
LOCK = f"{PRIVATE}/grading.lock"
SUBMITTED = "submitted"
STAGES = ("release", "source")
TIMESTAMP = "timestamp.txt"

_SEED = re.compile(r"[0-9]{1,19}")
_ARRIVING = ".arriving-"


class WrongUse(CourseError):
    """The command was given something that is not there, or makes no sense."""


class ClassFolder:
    """A class made by `course class init`."""

    def __init__(self, folder: Path) -> None:
        """Look at a class's folder.

        Raises:
            WrongUse: it is none.
        """
        self.folder = Path(os.path.abspath(folder))
        if not (self.folder / "nbgrader_config.py").is_file():
            raise WrongUse(
                f"{folder} is not a class (it has no nbgrader_config.py): "
                "make one with `course class init`, or name another folder"
            )
        self.lessons = sorted({name for stage in STAGES for name in lessons(self.folder / stage)})
        if not self.lessons:
            raise WrongUse(f"the class {folder} has no lessons: make the class again")

    @property
    def submitted(self) -> Path:
        """Where nbgrader and formgrader look for what was handed in."""
        return self.folder / SUBMITTED

    def lesson(self, wanted: str) -> str:
        """Return the name of a lesson from a part of it, such as "02".

        Raises:
            WrongUse: there is no such lesson, or more than one.
        """
        found = [n for n in self.lessons if n == wanted] or [n for n in self.lessons if wanted in n]
        if len(found) != 1:
            known = ", ".join(self.lessons)
            raise WrongUse(f"{len(found)} lessons match {wanted!r}; the class has {known}")
        return found[0]

    def master(self, lesson: str) -> Path:
        """Return the notebook that a lesson's submissions are rebuilt from."""
        found = [self.folder / stage / lesson / f"{lesson}.ipynb" for stage in STAGES]
        return next((path for path in found if path.is_file()), found[-1])

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the class: one engine at a time.

        Raises:
            CourseError: another one grades this class, or the folder is not writable.
        """
        self._private()
        lock = filelock.FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise CourseError(
                f"another `course grade` is at work on {self.folder}: wait for it, or end it"
            ) from error
        except OSError as error:
            raise CourseError(storage.write_failure(self.folder / LOCK, error)) from error
        try:
            yield
        finally:
            lock.release()

    def _private(self) -> None:
        try:
            (self.folder / PRIVATE).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CourseError(storage.write_failure(self.folder / PRIVATE, error)) from error

    def seed(self) -> int:
        """Return the class's grading seed; drawn once, and secret: it draws every check's inputs.

        Call it while the class is locked.

        Raises:
            CourseError: its file holds something else, or cannot be written.
        """
        path = self.folder / SEED
        try:
            text = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return self._new_seed(path)
        except (OSError, ValueError) as error:
            raise CourseError(
                f"cannot read {path}: restore it, or name a seed by --seed"
            ) from error
        if not _SEED.fullmatch(text):
            raise CourseError(
                f"{path} holds no seed: remove it (all are graded anew), or restore it"
            )
        return int(text)

    def _new_seed(self, path: Path) -> int:
        self._private()
        seed = secrets.randbits(62)
        part = path.with_name(f".seed.{secrets.token_hex(4)}.part")
        try:
            # Not write_atomically: nobody else may read it, not even for a moment.
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(f"{seed}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError as error:
            raise CourseError(storage.write_failure(path, error)) from error
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        return seed

    def secret(self, lesson: str) -> str:
        """Return what scores a lesson's field pictures; "" where none were handed out.

        Raises:
            CourseError: it cannot be read, so that nobody can be scored.
        """
        if not any((self.folder / stage / lesson / CLASS_FILE).is_file() for stage in STAGES):
            return ""
        from helpers.checks.past.capstone import read_secret  # slow: torch

        return read_secret(self.folder / SECRET)

    def keep_original(self, student: str, lesson: str, files: Mapping[str, bytes]) -> bool:
        """Put what was handed in where formgrader looks for it, unless it is there already.

        What lay there before, and is different, moves to `.course/replaced/<time>/`.

        Args:
            student, lesson: whose it is; harmless names.
            files: all of it by relative path, the notebook included.

        Returns:
            Whether anything changed.

        Raises:
            CourseError: the disk is full, or the folder is not writable.
        """
        target = self.submitted / student / lesson
        if _holds(target, files):
            return False
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            made = _write_folder(target.with_name(_ARRIVING + lesson), files)
            if os.path.lexists(target):
                self._set_aside(target, student, lesson)
            os.rename(made, target)
        except OSError as error:
            raise CourseError(storage.write_failure(target, error)) from error
        return True

    def _set_aside(self, target: Path, student: str, lesson: str) -> None:
        now = datetime.now().strftime("%Y-%m-%d_%H-%M-%S_%f")
        kept = self.folder / REPLACED / now / student / lesson
        self._private()
        kept.parent.mkdir(parents=True)
        shutil.move(target, kept)


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Tell whether a folder holds these files and no others."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    there = {}
    for path in folder.rglob("*"):
        if path.is_symlink():
            return False
        if path.is_file():
            there[path.relative_to(folder).as_posix()] = path
    if TIMESTAMP not in files:
        there.pop(TIMESTAMP, None)  # nbgrader's own note of when the same files were collected
    if set(there) != set(files):
        return False
    return all(
        path.stat().st_size == len(files[name]) and path.read_bytes() == files[name]
        for name, path in there.items()
    )


def _write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    if os.path.lexists(folder):  # from a run that was killed
        shutil.rmtree(folder)
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    return folder
