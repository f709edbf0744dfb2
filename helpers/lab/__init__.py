"""`course lab`: JupyterLab as a learner needs it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from helpers.errors import CourseError
from helpers.kernels.provisioner import kernel_template
from helpers.places import (
    PROVISIONER_VARIABLE,
    START_PAGE,
    WARM_KERNELS,
    has_warm_kernels,
    lessons,
    put_programs_on_path,
    repository,
)

SETTINGS = Path(__file__).parent / "jupyter"
"""Jupyter's settings: nbgrader's panels for instructors and the news are off, Validate is on; a
message may have 64 MB instead of 10, so that a photograph can be uploaded to a widget."""


def choose_page(folder: Path, wanted: str | None) -> str:
    """Return the notebook to open, relative to `folder`.

    Args:
        folder: the released lessons.
        wanted: a lesson's name or any part of it (`01`, `augmentation`); None: the start page, or
            the first lesson where there is none.

    Raises:
        CourseError: there is no such lesson, or more than one.
    """
    if wanted is None and (folder / START_PAGE).is_file():
        return START_PAGE
    lesson = choose_lesson(folder, wanted)
    return f"{lesson}/{lesson}.ipynb"


def choose_lesson(folder: Path, wanted: str | None) -> str:
    """Return the name of a lesson, see `choose_page`; None: the first.

    Raises:
        CourseError: there is no such lesson, or more than one.
    """
    names = lessons(folder)
    if not names:
        raise CourseError(f"no lessons in {folder}: run `course build`, or fetch the files anew")
    if wanted is None:
        return names[0]
    found = [name for name in names if name == wanted] or [n for n in names if wanted in n]
    if len(found) != 1:
        raise CourseError(f"{len(found)} lessons match {wanted!r}; there are {', '.join(names)}")
    return found[0]


def split_arguments(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Return the lesson, if the first argument names one, and what is JupyterLab's."""
    if arguments and not arguments[0].startswith("-"):
        return arguments[0], list(arguments[1:])
    return None, list(arguments)


def lab_arguments(folder: Path, page: str, passed_on: Sequence[str] = ()) -> list[str]:
    """Return JupyterLab's command line for `folder`, opened at `page`.

    Args:
        folder: the released lessons.
        page: the notebook to open, relative to it.
        passed_on: options of the user, which win: JupyterLab takes no option twice.
    """
    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{page}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--Application.log_level=WARN",
    ]
    if warm_kernels(os.environ):
        # Not by the variable: the terminals of JupyterLab would inherit it, and Jupyter of another
        # environment, started in one, does not know the name.
        arguments.append(f"--KernelProvisionerFactory.default_provisioner_name={WARM_KERNELS}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--ServerApp.allow_root=True")
    chosen = {option.partition("=")[0] for option in passed_on}
    return [option for option in arguments if option.partition("=")[0] not in chosen] + [*passed_on]


def warm_kernels(environment: Mapping[str, str]) -> bool:
    """Tell whether kernels are to be forked from a template: where it works and nobody objects."""
    return has_warm_kernels() and PROVISIONER_VARIABLE not in environment


def lab_environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment JupyterLab and its kernels run in."""
    paths = [str(SETTINGS), environment.get("JUPYTER_CONFIG_PATH", "")]
    return {
        **environment,
        "JUPYTER_CONFIG_PATH": os.pathsep.join(path for path in paths if path),
        # Waiting threads that spin take the second core from whoever has work.
        "OMP_WAIT_POLICY": environment.get("OMP_WAIT_POLICY", "PASSIVE"),
    }


def open_lab(arguments: Sequence[str], root: Path | None = None) -> None:
    """Run JupyterLab until it is stopped.

    Args:
        arguments: a lesson first, if one is wanted; then anything `jupyter lab` takes.
        root: holds `course/` and `nbgrader_config.py`; the repository by default.

    Raises:
        CourseError: no such lesson, or JupyterLab is not installed.
    """
    root = root or repository()
    lesson, passed_on = split_arguments(arguments)
    page = choose_page(root / "course", lesson)
    put_programs_on_path()
    os.environ.update(lab_environment(dict(os.environ)))
    if warm_kernels(os.environ):
        with contextlib.suppress(CourseError):  # the first kernel says so
            kernel_template(os.environ).start()  # imports while the server starts
    # The Validate button looks for nbgrader_config.py in the folder the server was started in.
    os.chdir(root)
    try:
        from jupyterlab.labapp import LabApp
    except ImportError as error:
        raise CourseError(
            "JupyterLab is not installed: run `uv sync`, or open the notebooks in course/ "
            "with what you have"
        ) from error
    sys.argv = ["jupyter-lab"]
    LabApp.launch_instance(lab_arguments(root / "course", page, passed_on))
