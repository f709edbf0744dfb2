"""What learners get: a lesson without its solutions, made by nbgrader, proved free of leaks."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config

from helpers.authoring.settings import configure
from helpers.authoring.sources import (
    BEGIN,
    END,
    AuthoringError,
    CellProblem,
    Lesson,
    settings_of,
    without_notes,
)

LONG_ENOUGH = 16
"""Characters from which a line of a solution is telling: shorter ones stand everywhere."""

_ALLOWED_METADATA = {"nbgrader", "tags", "deletable", "editable"}
_ALLOWED_NOTEBOOK_METADATA = {"kernelspec", "language_info"}


def as_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as the same bytes on every machine."""
    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode()


def release(lesson: Lesson) -> NotebookNode:
    """Make the released notebook of a lesson.

    Raises:
        AuthoringError: nbgrader refuses the lesson, or a solution would be handed out.
    """
    notebook = unproved_release(lesson)
    for leak in leaks(notebook, lesson.notebook, lesson.lines):
        raise AuthoringError(f"{lesson.origin.name}, {leak}")
    return notebook


def unproved_release(lesson: Lesson) -> NotebookNode:
    """Make the released notebook of a lesson, whatever is left in it.

    Raises:
        AuthoringError: nbgrader refuses the lesson.
    """
    with tempfile.TemporaryDirectory(prefix="course-build-") as folder:
        root = Path(folder).resolve()
        write_source(lesson, root / "source")
        generate_assignment(lesson, root, record=False)
        made = root / "release" / lesson.name / f"{lesson.name}.ipynb"
        notebook: NotebookNode = nbformat.read(made, as_version=4)
    return notebook


def write_source(lesson: Lesson, folder: Path) -> Path:
    """Write the notebook with its solutions where nbgrader looks for it; return its path."""
    path = folder / lesson.name / f"{lesson.name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(without_notes(lesson.notebook)))
    return path


def generate_assignment(lesson: Lesson, root: Path, record: bool) -> None:
    """Run `nbgrader generate_assignment` on one lesson, from `root/source` to `root/release`.

    Args:
        lesson: its source is already in place.
        root: of the course directory.
        record: keep the assignment in `root/gradebook.db`, as a class needs it.

    Raises:
        AuthoringError: nbgrader refuses the lesson.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    config = Config()
    configure(config, root)
    config.CourseDirectory.assignment_id = lesson.name
    if not record:
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    log = _QuietLog("course.build", level=logging.ERROR)
    course = CourseDirectory(config=config, log=log)
    try:
        GenerateAssignment(coursedir=course, config=config, log=log).start()
    except (NbGraderException, SystemExit) as error:
        raise AuthoringError(
            f"{lesson.origin.name}: nbgrader refuses it: {log.last_error}"
        ) from error


class _QuietLog(logging.Logger):
    """Keeps the last error nbgrader logged: its exceptions only say 'see the log'."""

    last_error = ""

    def handle(self, record: logging.LogRecord) -> None:
        self.last_error = record.getMessage().strip().split("\n")[-1]


def leaks(
    released: NotebookNode, source: NotebookNode, lines: list[int] | None = None
) -> Iterator[str]:
    """Yield whatever of the solutions is left in a released notebook, one line each.

    Args:
        released: the notebook for learners.
        source: the notebook it was made from, with solutions.
        lines: where each cell starts in the author's file.
    """
    for index, text in cell_leaks(released, source):
        if index is None:
            yield f"the release {text}"
            continue
        line = f" (line {lines[index]})" if lines else ""
        yield f"cell {released.cells[index].id}{line} of the release {text}"


def cell_leaks(released: NotebookNode, source: NotebookNode) -> Iterator[CellProblem]:
    """Yield whatever of the solutions is left in a released notebook, with the cell it is in."""
    extra = sorted(set(released.metadata) - _ALLOWED_NOTEBOOK_METADATA)
    if extra:
        yield CellProblem(None, f"carries the notebook metadata {', '.join(extra)}")
    if "version" in released.metadata.get("language_info", {}):
        yield CellProblem(None, "carries the version of the Python that built it")
    secrets = dict(_secrets(source))
    for index, cell in enumerate(released.cells):
        yield from (CellProblem(index, text) for text in _leaks_of(cell, secrets))


def _leaks_of(cell: NotebookNode, secrets: dict[str, str]) -> Iterator[str]:
    for marker in (BEGIN, END, "BEGIN HIDDEN TESTS", "BEGIN MARK SCHEME"):
        if marker.strip("# ") in cell.source:
            yield f"still has the mark {marker!r}"
    extra = sorted(set(cell.metadata) - _ALLOWED_METADATA)
    if extra:
        yield f"still has the metadata {', '.join(extra)}"
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "still has outputs"
    for line in cell.source.split("\n"):
        if line.strip() in secrets:
            yield (
                f"shows {line.strip()!r}, a line of the solution in "
                f"{secrets[line.strip()]}: reword one of them"
            )


def _secrets(source: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the telling lines of the solutions with the cell each belongs to."""
    for cell in source.cells:
        if not settings_of(cell).get("solution"):
            continue
        inside = cell.cell_type == "markdown"
        for line in cell.source.split("\n"):
            text = line.strip()
            if text in (BEGIN, END):
                inside = text == BEGIN
            elif inside and _is_telling(text):
                yield text, cell.id


def _is_telling(line: str) -> bool:
    """Loop and condition headers (`for images, labels in batches:`) stand in any code."""
    return len(line) >= LONG_ENOUGH and not line.endswith(":") and not line.startswith("#")
