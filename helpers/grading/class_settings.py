"""What a class's own nbgrader_config.py says, read without leaving a trace in this process."""

from __future__ import annotations

import os
from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from helpers.errors import CourseError

CONFIGURATION = "nbgrader_config.py"


def read_config(folder: Path) -> Config:
    """Run a class's configuration file, as nbgrader's commands do, and return what it sets.

    Raises:
        CourseError: the folder is not a class, or its configuration fails.
    """
    if not (folder / CONFIGURATION).is_file():
        raise CourseError(
            f"{folder} is not a class (there is no {CONFIGURATION} in it): name the folder that "
            "`course class init` made."
        )
    before = dict(os.environ)
    try:
        return PyFileConfigLoader(CONFIGURATION, path=str(folder)).load_config()
    except Exception as error:
        raise CourseError(
            f"{folder / CONFIGURATION} does not work ({type(error).__name__}: {error}): correct it."
        ) from error
    finally:
        # It sets variables for kernels that nbgrader starts; this process starts none of them.
        os.environ.clear()
        os.environ.update(before)


def course_directory(config: Config) -> CourseDirectory:
    """Return nbgrader's own view of the class: database, folders, permissions."""
    return CourseDirectory(config=config)


def file_mode(config: Config, course: CourseDirectory) -> int:
    """Return the permissions of what `nbgrader autograde` writes: 0o444 unless it is set."""
    chosen = config.get("Autograde", {}).get("permissions", 664 if course.groupshared else 444)
    return int(str(chosen), 8)
