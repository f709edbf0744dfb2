"""Rules for single cells: what nbgrader needs, and what a learner should never see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from helpers.authoring.lint.course import WHOLE_FILE, Cell, Course, Flaw
from helpers.authoring.release import as_bytes, cell_leaks, unproved_release
from helpers.authoring.sources import AuthoringError, cell_problems


def form(course: Course) -> Iterator[Flaw]:
    """What stops the build: broken cells, ids used twice, points that differ from the text."""
    for page, lesson in course.lessons():
        for index, text in cell_problems(lesson.notebook):
            line = WHOLE_FILE if index is None else page.cells[index].line
            yield page.flaw(line, text, "mend it: `course build` stops here")


def released(course: Course) -> Iterator[Flaw]:
    """No solution, output or widget state in what learners get: built now, and committed."""
    for page, lesson in course.lessons():
        if any(True for _ in cell_problems(lesson.notebook)):
            continue  # there will be no release
        try:
            built = unproved_release(lesson)
        except AuthoringError as error:
            yield page.flaw(WHOLE_FILE, str(error), "mend what nbgrader names")
            continue
        leaks = list(cell_leaks(built, lesson.notebook))
        for index, text in leaks:
            line = WHOLE_FILE if index is None else page.cells[index].line
            yield page.flaw(line, f"the release {text}", "reword it, or take it out")
        committed = course.root / "course" / lesson.name / f"{lesson.name}.ipynb"
        if not leaks and not _is_text_of(built, committed):
            yield Flaw(
                committed.relative_to(course.root).as_posix(),
                WHOLE_FILE,
                f"it is not what {page.path} makes now (edited, run and saved, or missing)",
                "run `course build`",
            )


def _is_text_of(notebook: NotebookNode, path: Path) -> bool:
    """Whether a file holds this notebook; a checkout on Windows may end lines with CRLF."""
    return path.is_file() and path.read_bytes().replace(b"\r\n", b"\n") == as_bytes(notebook)


def quiet(course: Course) -> Iterator[Flaw]:
    """No code writes to standard error: a red block looks like a failure to a learner."""
    for page in course.pages:
        for cell in page.code():
            for node in ast.walk(cell.tree):
                what = _loud(node)
                if what:
                    yield page.flaw(
                        cell.line + getattr(node, "lineno", 1) - 1,
                        f"{what} writes to standard error, which looks like a failure",
                        "print it, or leave it out",
                    )


_LOUD = {"sys.stderr", "warnings.warn", "traceback.print_exc", "traceback.print_exception"}
_LOUD_PARTS = {"logging", "tqdm"}
"""Names that write to standard error unless told otherwise."""


def _loud(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        name = ast.unparse(node)
        return name if name in _LOUD or name.partition(".")[0] == "logging" else ""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called.split(".")[0] in _LOUD_PARTS and called.partition(".")[0] != "logging":
            return called
        if called == "print" and any(keyword.arg == "file" for keyword in node.keywords):
            return "print(..., file=...)"
    return ""


def last_expressions(course: Course) -> Iterator[Flaw]:
    """No graded cell ends with a bare expression: its output would stand where the card does."""
    for page, _ in course.lessons():
        for cell in page.code():
            if (cell.is_answer or cell.is_check) and _ends_bare(cell):
                yield page.flaw(
                    cell.line_at(len(cell.text)),
                    f"the graded cell {cell.settings['grade_id']} ends with a bare expression",
                    "put what shows something into a cell of its own",
                )


def _ends_bare(cell: Cell) -> bool:
    last = cell.tree.body[-1] if cell.tree.body else None
    if not isinstance(last, ast.Expr):
        return False
    call = last.value
    is_check = isinstance(call, ast.Call) and ast.unparse(call.func) == "check"
    return not (is_check and cell.is_check)
