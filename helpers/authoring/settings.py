"""nbgrader's settings, in one place: the build, a class and the Validate button share them."""

from __future__ import annotations

import glob
import os
from collections.abc import MutableMapping
from pathlib import Path

from traitlets.config import Config

from helpers.places import (
    CLASS_FILE,
    PREDICTIONS,
    PROVISIONER_VARIABLE,
    SECRET_VARIABLE,
    WARM_KERNELS,
    has_warm_kernels,
)

CODE_STUB = "return ..."
TEXT_STUB = "*Write your answer here.*"
COURSE_ID = "past-the-wall"

SECRET = ".course/secret"
"""Where a class keeps its secret, relative to its folder: outside of all that is handed out."""

SECONDS_A_CELL = 600
"""Generous: a slow machine must not cost a learner points. An endless loop in an answer is
ended much earlier by the check that calls it."""


def configure(config: Config, root: Path) -> None:
    """Set everything nbgrader needs to know.

    Args:
        config: what `get_config()` returns in a configuration file.
        root: folder that holds `source/`, `release/`, `submitted/` and so on.
    """
    course = config.CourseDirectory
    course.course_id = COURSE_ID
    course.root = str(root)
    course.db_url = "sqlite:///" + (root / "gradebook.db").as_posix()
    # nbgrader copies whatever lies beside a notebook: a source file there would be a leak.
    course.ignore = [
        ".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py", "logbook.jsonl",
        *_predictions_in(root / "source"),
    ]  # fmt: skip

    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB

    config.Execute.timeout = SECONDS_A_CELL
    config.Execute.startup_timeout = 300
    config.Execute.iopub_timeout = 60
    # A lesson's figures are pictures, a long traceback is folded by the check: this is plenty.
    config.LimitOutput.max_lines = 1000


def _predictions_in(source: Path) -> list[str]:
    """Return patterns for the predictions an instructor makes by running a lesson in `source/`.

    They must neither be handed out nor replace those of a submission. nbgrader joins a pattern to
    the folder of each file, so that a path from the root stands for itself; it writes the folder of
    a student who is nobody as ".".
    """
    folder = glob.escape(str(source))
    return [os.path.join(folder, ".", "*", PREDICTIONS), os.path.join(folder, "*", PREDICTIONS)]


def _scores_the_field(root: Path) -> bool:
    """Whether field pictures were handed out: without their secret nobody may pass unscored."""
    return (root / SECRET).is_file() or any(root.glob(f"source/*/{CLASS_FILE}"))


def grading_environment(
    environment: MutableMapping[str, str] = os.environ, root: Path | None = None
) -> None:
    """Prepare the variables that the graders' kernels inherit.

    One thread: several kernels share a machine, and waiting OpenMP threads cost more than they
    bring. Kernels forked from a template, unless something else was chosen. And where the class's
    secret is, by which the last lesson is scored.

    nbgrader runs a submission as the user who grades, so one that means harm can read that file, as
    it can read the gradebook. The secret keeps answers from honest eyes; to keep them from hostile
    code, grade where the submission runs in a sandbox, and score what comes out of it.

    Args:
        environment: to change.
        root: folder of the class.
    """
    if root is not None and _scores_the_field(root):
        environment[SECRET_VARIABLE] = str(root / SECRET)
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("COURSE_THREADS", "1")
    if has_warm_kernels():
        environment.setdefault(PROVISIONER_VARIABLE, WARM_KERNELS)
