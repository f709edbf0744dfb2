"""A lesson as the class owns it: what is graded, by which check, and where the answers stand."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat import NotebookNode

from helpers.errors import CourseError
from helpers.grading.names import Statement, binds_by_look, names_in, read_statements

Role = Literal["ordinary", "answer", "check", "manual", "locked"]

BEGIN_SOLUTION = "BEGIN SOLUTION"


@dataclass(frozen=True)
class MasterCell:
    """One cell as it was handed out: an answer cell holds its stub, not the solution."""

    id: str
    kind: str  #: "code", "markdown" or "raw"
    source: str
    role: Role = "ordinary"
    grade_id: str = ""
    points: float = 0.0
    metadata: str = "{}"  #: as JSON
    statements: tuple[Statement, ...] | None = ()  #: of a code cell; None: it does not parse


@dataclass(frozen=True)
class Question:
    """One graded check: which exercise, and what it is given."""

    grade_id: str  #: "wall-accuracy"
    exercise: str  #: "wall.accuracy"
    points: float
    expression: str  #: "accuracy", "'predictions.csv'"
    names: frozenset[str]  #: that the expression looks up; none: it asks for a file
    at: int  #: position of the check in the cells
    answer: str  #: grade id of the answer cell that belongs to it, or ""


@dataclass(frozen=True)
class Master:
    """All that the class says about one lesson."""

    lesson: str
    cells: tuple[MasterCell, ...]
    questions: tuple[Question, ...]
    identity: str  #: SHA-256 of all above: the same for `source/` and `release/`
    metadata: str = "{}"  #: of the notebook, as JSON

    def position(self, grade_id: str) -> int:
        """Where the cell with this grade id stands.

        Raises:
            KeyError: there is none.
        """
        for at, cell in enumerate(self.cells):
            if cell.grade_id == grade_id:
                return at
        raise KeyError(grade_id)

    def names_of(self, answer: str) -> frozenset[str]:
        """The names that the checks expect from an answer cell."""
        found: frozenset[str] = frozenset()
        for question in self.questions:
            if question.answer == answer:
                found |= question.names
        return found


def read_master(path: Path) -> Master:
    """Read a lesson from a class's `source/` or `release/`.

    Args:
        path: the notebook. Solutions in it are removed as nbgrader removes them.

    Raises:
        CourseError: it cannot be read, or a graded cell has no check that can be understood.
    """
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except Exception as error:  # whatever nbformat makes of a file that is none
        reason = str(error).split("\n")[0]
        raise CourseError(
            f"the lesson {path} cannot be read ({reason}): make the class again"
        ) from error
    if _has_solutions(notebook, path):
        notebook = _without_solutions(notebook, path)
    cells = tuple(_cell(cell, at) for at, cell in enumerate(notebook.cells))
    _refuse_twins(cells, path)
    questions = tuple(_questions(cells, path))
    keep = {
        k: notebook.metadata[k] for k in ("kernelspec", "language_info") if k in notebook.metadata
    }
    return Master(path.stem, cells, questions, _identity(cells), json.dumps(keep, sort_keys=True))


def _has_solutions(notebook: NotebookNode, path: Path) -> bool:
    marked = any(BEGIN_SOLUTION in cell.source for cell in notebook.cells)
    return marked or path.parent.parent.name == "source"


def _without_solutions(notebook: NotebookNode, path: Path) -> NotebookNode:
    """Let nbgrader itself clear the solutions, so that `source/` reads like `release/`."""
    from nbgrader.preprocessors import ClearSolutions
    from traitlets.config import Config

    from helpers.authoring.settings import configure

    config = Config()
    configure(config, path.parent.parent.parent)
    cleared: NotebookNode = ClearSolutions(config=config).preprocess(notebook, {})[0]
    return cleared


def _cell(cell: NotebookNode, at: int) -> MasterCell:
    settings = dict(cell.metadata.get("nbgrader", {}))
    role: Role = "ordinary"
    if settings.get("task") or (settings.get("grade") and settings.get("solution")):
        role = "manual"
    elif settings.get("grade"):
        role = "check"
    elif settings.get("solution"):
        role = "answer"
    elif settings.get("locked"):
        role = "locked"
    kept = {k: cell.metadata[k] for k in ("nbgrader", "tags") if k in cell.metadata}
    made = MasterCell(
        id=str(cell.get("id", f"cell-{at}")),
        kind=cell.cell_type,
        source=cell.source.rstrip(),
        role=role,
        grade_id=str(settings.get("grade_id", "")),
        points=float(settings.get("points", 0) or 0),
        metadata=json.dumps(kept, sort_keys=True),
    )
    return replace(made, statements=read_statements(made.source)) if made.kind == "code" else made


def _refuse_twins(cells: tuple[MasterCell, ...], path: Path) -> None:
    seen: set[str] = set()
    for cell in cells:
        if cell.grade_id and cell.grade_id in seen:
            raise CourseError(f"the lesson {path} has two cells called {cell.grade_id}: rename one")
        seen.add(cell.grade_id)


def _questions(cells: tuple[MasterCell, ...], path: Path) -> Iterator[Question]:
    for at, cell in enumerate(cells):
        if cell.role != "check":
            continue
        call = _check_call(cell.source)
        if call is None:
            raise CourseError(
                f"the lesson {path}: the graded cell {cell.grade_id} calls no check that can be "
                'graded, such as check("wall.accuracy", accuracy)'
            )
        exercise, expression = call
        names = names_in(expression)
        answer = _answer_before(cells, at, names)
        yield Question(cell.grade_id, exercise, cell.points, expression, names, at, answer)


def _check_call(source: str) -> tuple[str, str] | None:
    """The exercise and the expression in `check("wall.accuracy", accuracy)`."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id != "check" or len(node.args) < 2:
            continue
        first, second = node.args[:2]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            return first.value, ast.unparse(second)
    return None


def _answer_before(cells: tuple[MasterCell, ...], at: int, names: frozenset[str]) -> str:
    """The answer cell that a check belongs to: the last one that binds what it looks up."""
    before = [cell for cell in cells[:at] if cell.role == "answer" and cell.kind == "code"]
    for cell in reversed(before):
        if any(binds_by_look(cell.source, name) for name in names):
            return cell.grade_id
    return before[-1].grade_id if before else ""


def _identity(cells: tuple[MasterCell, ...]) -> str:
    plain: list[list[Any]] = [
        [cell.id, cell.kind, cell.source, cell.role, cell.grade_id, cell.points] for cell in cells
    ]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
