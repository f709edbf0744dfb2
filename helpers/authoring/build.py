"""From `solutions/` to `course/`, and the proof that the two agree."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from helpers.authoring.release import as_bytes, release, write_source
from helpers.authoring.sources import AuthoringError, Lesson, read_lesson
from helpers.authoring.start_page import START, pages
from helpers.places import CLASS_FILE, PREDICTIONS, lessons

PICTURES = "course/static"
"""Pictures that lessons show as `../static/name.jpg`; they are drawn by other commands."""

_PICTURE_TYPES = {".jpg", ".png", ".svg"}
_PICTURE_LINK = re.compile(rb"\.\./static/([\w.-]+)")
_LEARNERS_OWN = {
    ".ipynb_checkpoints", "__pycache__", "logbook.jsonl", PREDICTIONS, CLASS_FILE, ".DS_Store",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """How `course/` differs from what `solutions/` would make. Paths relative to the root."""

    outdated: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return one line a file: what is the matter with it."""
        return [
            *(f"out of date: {path}" for path in self.outdated),
            *(f"missing: {path}" for path in self.missing),
            *(f"stray: {path}" for path in self.stray),
        ]


def read_lessons(root: Path) -> list[Lesson]:
    """Read all lessons of `root/solutions`.

    Raises:
        AuthoringError: there is none, or one of them has a mistake.
    """
    folder = root / "solutions"
    known = {*lessons(folder), START}
    odd = sorted(path.name for path in folder.glob("*.py") if path.stem not in known)
    if odd:
        raise AuthoringError(f"solutions/{odd[0]}: a lesson is called NN_name.py")
    found = [read_lesson(folder / f"{name}.py") for name in lessons(folder)]
    if not found:
        raise AuthoringError(f"no lesson in {folder}: expected files such as 00_the_wall.py")
    return found


def build(root: Path) -> list[str]:
    """Write `course/` and `build/source/` anew; return the files that changed, by path.

    Nothing is written unless every lesson is right. Other files in `course/` stay: `check`
    names them.
    """
    found = read_lessons(root)
    wanted = _releases(found) | pages(root, found)
    shutil.rmtree(root / "build" / "source", ignore_errors=True)
    for lesson in found:
        write_source(lesson, root / "build" / "source")
    changed = []
    for path, content in wanted.items():
        target = root / path
        if not target.is_file() or _text(target) != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            changed.append(path)
    return changed


def check(root: Path) -> Difference:
    """Compare `course/` with what the sources make now; write nothing."""
    found = read_lessons(root)
    wanted = _releases(found) | pages(root, found)
    present = {path.relative_to(root).as_posix(): path for path in _files(root / "course")}
    pictures = {path for path in present if _is_picture(path)}
    shown = {
        f"{PICTURES}/{name.decode()}"
        for content in wanted.values()
        for name in _PICTURE_LINK.findall(content)
    }
    return Difference(
        outdated=sorted(
            path for path in wanted.keys() & present.keys() if _text(present[path]) != wanted[path]
        ),
        missing=sorted((wanted.keys() | shown) - present.keys()),
        stray=sorted(present.keys() - wanted.keys() - pictures),
    )


def _releases(found: list[Lesson]) -> dict[str, bytes]:
    return {
        f"course/{lesson.name}/{lesson.name}.ipynb": as_bytes(release(lesson)) for lesson in found
    }


def _files(folder: Path) -> list[Path]:
    """Return what was put there on purpose, not what using the lessons leaves behind."""
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and not _LEARNERS_OWN.intersection(path.relative_to(folder).parts)
    ]


def _is_picture(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    return folder == PICTURES and Path(name).suffix in _PICTURE_TYPES


def _text(path: Path) -> bytes:
    """Read a notebook as git stores it: a checkout on Windows may end lines with CRLF."""
    return path.read_bytes().replace(b"\r\n", b"\n")
