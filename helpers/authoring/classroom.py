"""One class: an nbgrader course directory in which nbgrader's own commands work as they are."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from helpers.authoring.build import PICTURES, read_lessons
from helpers.authoring.release import generate_assignment, release, write_source
from helpers.authoring.sources import Lesson
from helpers.errors import CourseError
from helpers.places import put_programs_on_path

_CONFIGURATION = '''"""nbgrader's configuration for this class. Add your own settings below."""

from pathlib import Path

from helpers.authoring.settings import configure, grading_environment

c = get_config()  # noqa: F821
configure(c, root=Path(__file__).resolve().parent)
grading_environment()
'''


def init_class(folder: Path, root: Path) -> list[str]:
    """Make a class: `source/`, `release/`, `nbgrader_config.py` and `gradebook.db`.

    Args:
        folder: does not exist yet, or is empty.
        root: the repository with the lessons.

    Returns:
        The names of the lessons in it.

    Raises:
        CourseError: the folder is in use or not writable, or a lesson is broken. The folder is
            then as it was.
    """
    folder = Path(os.path.abspath(folder))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CourseError(f"{folder} is not empty: name a new folder for the class")
    found = read_lessons(root)
    for lesson in found:
        release(lesson)  # a leak is found before anything is written
    put_programs_on_path()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".class-", dir=folder.parent) as made:
            _fill(Path(made), found)
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


def _fill(folder: Path, found: list[Lesson]) -> None:
    (folder / "nbgrader_config.py").write_text(_CONFIGURATION, encoding="utf-8")
    for lesson in found:
        write_source(lesson, folder / "source")
        generate_assignment(lesson, folder, record=True)
