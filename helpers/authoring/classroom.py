"""One class: an nbgrader course directory in which nbgrader's own commands work as they are."""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
from pathlib import Path

from helpers import storage
from helpers.authoring.build import PICTURES, read_lessons
from helpers.authoring.release import generate_assignment, release, write_source
from helpers.authoring.settings import SECRET
from helpers.authoring.sources import Lesson
from helpers.data.flora.class_set import checked_secret, new_secret, write_class_set
from helpers.errors import CourseError
from helpers.places import CLASS_FILE, put_programs_on_path

_CONFIGURATION = '''"""nbgrader's configuration for this class. Add your own settings below."""

from pathlib import Path

from helpers.authoring.settings import configure, grading_environment

c = get_config()  # noqa: F821
configure(c, root=Path(__file__).resolve().parent)
grading_environment(root=Path(__file__).resolve().parent)
'''


def init_class(folder: Path, root: Path, secret: str | None = None) -> list[str]:
    """Make a class: `source/`, `release/`, `nbgrader_config.py` and `gradebook.db`.

    A lesson that asks for field pictures gets some that only this class has: without their labels
    in `source/` and `release/`. Their labels follow from the secret in `.course/secret`, which the
    class needs for grading: who has it knows the answers.

    Args:
        folder: does not exist yet, or is empty.
        root: the repository with the lessons.
        secret: of the class, for a class that is to be made again as it was; None draws a new one.

    Returns:
        The names of the lessons in it.

    Raises:
        CourseError: the folder is in use or not writable, or a lesson is broken. The folder is
            then as it was.
    """
    folder = Path(os.path.abspath(folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty: name a new folder for the class")
    secret = new_secret() if secret is None else checked_secret(secret)
    found = read_lessons(root)
    for lesson in found:
        release(lesson)  # a leak is found before anything is written
    put_programs_on_path()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".class-", dir=folder.parent) as made:
            _fill(Path(made), found, secret)
            if (root / PICTURES).is_dir():
                shutil.copytree(root / PICTURES, Path(made) / "release" / "static")
            folder.mkdir(exist_ok=True)
            for path in sorted(Path(made).iterdir()):
                shutil.move(path, folder / path.name)
    except OSError as error:
        raise CourseError(
            f"cannot make the class in {folder} ({error.strerror}): name another folder"
        ) from error
    return [lesson.name for lesson in found]


def _fill(folder: Path, found: list[Lesson], secret: str) -> None:
    (folder / "nbgrader_config.py").write_text(_CONFIGURATION, encoding="utf-8")
    for lesson in found:
        source = write_source(lesson, folder / "source")
        if _asks_for_field_pictures(lesson):
            _keep(secret, folder / SECRET)
            storage.write_atomically(
                source.with_name(CLASS_FILE), functools.partial(write_class_set, secret=secret)
            )
        generate_assignment(lesson, folder, record=True)


def _asks_for_field_pictures(lesson: Lesson) -> bool:
    """Tell whether a lesson is scored on pictures that this class alone has."""
    return any(
        cell.cell_type == "code" and "field_pictures(" in cell.source
        for cell in lesson.notebook.cells
    )


def _keep(secret: str, path: Path) -> None:
    """Write the secret where only its owner can read it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret + "\n", encoding="ascii")
