"""nbgrader's settings, in one place: the build, a class and the Validate button share them."""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from pathlib import Path

from traitlets.config import Config

CODE_STUB = "return ..."
TEXT_STUB = "*Write your answer here.*"
COURSE_ID = "past-the-wall"

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
    ]  # fmt: skip

    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.ClearSolutions.text_stub = TEXT_STUB

    config.Execute.timeout = SECONDS_A_CELL
    config.Execute.startup_timeout = 300
    config.Execute.iopub_timeout = 60
    # A lesson's figures are pictures, a long traceback is folded by the check: this is plenty.
    config.LimitOutput.max_lines = 1000


def grading_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Prepare the variables that the graders' kernels inherit.

    One thread: several kernels share a machine, and waiting OpenMP threads cost more than they
    bring.
    """
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("COURSE_THREADS", "1")
