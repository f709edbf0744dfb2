"""Where the course lies on this machine."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from importlib.metadata import entry_points
from pathlib import Path

from helpers.errors import CourseError

LESSON_NAME = re.compile(r"\d\d_[a-z0-9_]+")
"""What a lesson is called: two digits that order it, then its name."""

MAP_FILE = "map.json"
"""Beside the lessons: what the course map knows of them, made by `course build`."""

START_PAGE = "start.ipynb"
"""Beside the lessons, too: where a learner begins."""

CLASS_FILE = "field_pictures.zip"
"""What an instructor hands out beside the last lesson: the class's own pictures, unlabelled."""

PREDICTIONS = "predictions.csv"
"""What a learner makes of them."""

SECRET_VARIABLE = "COURSE_SECRET_FILE"
"""Names the file that holds a class's secret. Not the secret itself: a submission that prints its
environment must not put it into the feedback."""

WARM_KERNELS = "course-warm"
"""The name by which Jupyter knows the provisioner in `helpers.kernels`."""

PROVISIONER_VARIABLE = "JUPYTER_DEFAULT_PROVISIONER_NAME"
"""Jupyter's own: how kernels are started where nothing else is said."""


def has_warm_kernels() -> bool:
    """Tell whether Jupyter can start kernels by fork here.

    To choose a provisioner that is not installed would stop every kernel.
    """
    group = "jupyter_client.kernel_provisioners"
    return sys.platform == "linux" and bool(entry_points(group=group, name=WARM_KERNELS))


def repository() -> Path:
    """Return the folder that holds `solutions/`, `course/` and `helpers/`.

    Raises:
        CourseError: `helpers` was copied or installed away from the course.
    """
    root = Path(__file__).resolve().parent.parent
    if not (root / "pyproject.toml").is_file():
        raise CourseError(
            f"the course's files are not beside {root / 'helpers'}: "
            "run this command in a clone of the repository (uv sync, or pip install -e .)"
        )
    return root


def lessons(folder: Path) -> list[str]:
    """Return the lessons of `course/` or of `solutions/`, in order.

    Args:
        folder: holds `NN_name/NN_name.ipynb` or `NN_name.py`.
    """
    found = {path.parent.name for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name}
    found |= {path.stem for path in folder.glob("*.py")}
    return sorted(name for name in found if LESSON_NAME.fullmatch(name))


def put_programs_on_path() -> None:
    """Let this process and its children find the programs installed beside this Python.

    nbgrader starts `alembic` by its bare name; without this, the command fails when the
    environment was not activated.
    """
    scripts = sysconfig.get_path("scripts")
    path = os.environ.get("PATH", "")
    if scripts not in path.split(os.pathsep):
        os.environ["PATH"] = scripts + os.pathsep + path
