"""A lesson as its author writes it: one jupytext percent file, read, checked, normalised."""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from helpers.errors import CourseError
from helpers.places import LESSON_NAME

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
"""Without `version`: that would change with the machine that builds."""

_KEPT = ("nbgrader", "tags")
_NOTE = re.compile(r"\n*<!-- (?:from benchmarks\.|[\d.,]+ = ).*?-->", re.S)
_GRADE_ID = re.compile(r"[A-Za-z0-9_-]+")
_EXERCISE = re.compile(r"[a-z0-9_]+\.[A-Za-z0-9_]+")  # the name is that of a function or a class
_ANNOUNCED = re.compile(r"\*\*(?:Exercise|Reflection) ([^*\s]+)\*\* · (\S+) points?\b")


class AuthoringError(CourseError):
    """A mistake in a lesson's source: the file, the cell, what is wrong."""


class CellProblem(NamedTuple):
    """One mistake: the number of its cell, None where it belongs to none, and what is wrong."""

    cell: int | None
    text: str


@dataclass(frozen=True)
class Lesson:
    """A lesson with its solutions.

    Attributes:
        name: such as `00_the_wall`.
        notebook: normalised, so that it depends on the source's text alone.
        origin: the file, for messages.
        lines: where each cell starts in it; None when text precedes the first cell.
    """

    name: str
    notebook: NotebookNode
    origin: Path
    lines: list[int] | None = None


def read_lesson(path: Path) -> Lesson:
    """Read one `NN_name.py`.

    Raises:
        AuthoringError: anything that would make a broken notebook or an unfair exercise.
    """
    lesson = parse_lesson(path)
    for problem in problems(lesson.notebook, lesson.lines):
        raise AuthoringError(f"{path.name}, {problem}")
    return lesson


def parse_lesson(path: Path) -> Lesson:
    """Read one `NN_name.py` with the mistakes that are in it.

    Raises:
        AuthoringError: it cannot be read as the cells that its author meant.
    """
    if not LESSON_NAME.fullmatch(path.stem):
        raise AuthoringError(f"{path.name}: a lesson is called NN_name.py, such as 00_the_wall.py")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path.name} cannot be read as UTF-8 text: {error}") from error
    raw = jupytext.reads(text, fmt="py:percent")
    _check_headers(path.name, text, raw)
    notebook = normalise(raw)
    return Lesson(path.stem, notebook, path, _lines_of_cells(text, len(notebook.cells)))


def normalise(raw: NotebookNode) -> NotebookNode:
    """Return a copy that holds what the author wrote and nothing of the machine that read it.

    Cell ids come from the grade id, else from the cell's first words, so that adding a cell
    changes no other cell's id.
    """
    taken: set[str] = set()
    cells = []
    for cell in raw.cells:
        metadata = {key: cell.metadata[key] for key in _KEPT if key in cell.metadata}
        source = cell.source.rstrip()
        kept: dict[str, Any] = {
            "cell_type": cell.cell_type,
            "id": _cell_id(cell.cell_type, source, metadata, taken),
            "metadata": metadata,
            "source": source,
        }
        if cell.cell_type == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(NotebookNode(kept))
    metadata = {"kernelspec": dict(KERNELSPEC), "language_info": dict(LANGUAGE)}
    return new_notebook(cells=cells, metadata=metadata)


def _cell_id(kind: str, source: str, metadata: dict[str, Any], taken: set[str]) -> str:
    grade_id = metadata.get("nbgrader", {}).get("grade_id")
    text = re.sub(r"<[^>]*>", " ", source) if kind == "markdown" else source
    words = re.findall(r"[a-z0-9]+", text.strip().split("\n")[0].lower())
    slug = str(grade_id or "-".join([kind, *words[:6]]))
    slug = re.sub(r"[^A-Za-z0-9_-]", "-", slug)[:56]
    chosen, number = slug, 1
    while chosen in taken:
        number += 1
        chosen = f"{slug}-{number}"
    taken.add(chosen)
    return chosen


def problems(notebook: NotebookNode, lines: list[int] | None = None) -> Iterator[str]:
    """Yield the author's mistakes, one line each, the first one first."""
    for index, text in cell_problems(notebook):
        place = "" if index is None else f"{_place(notebook.cells[index], index, lines)}: "
        yield place + text


def cell_problems(notebook: NotebookNode) -> Iterator[CellProblem]:
    """Yield the author's mistakes with the cell that each is in, the first one first."""
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        for problem in _cell_problems(cell):
            yield CellProblem(index, problem)
        grade_id = settings_of(cell).get("grade_id")
        if grade_id is not None:
            if grade_id in seen:
                yield CellProblem(index, f"the grade id {grade_id} is used twice")
            seen.add(grade_id)
    yield from _points_problems(notebook)


def settings_of(cell: NotebookNode) -> dict[str, Any]:
    """Return a cell's nbgrader settings; empty for an ordinary cell."""
    return dict(cell.metadata.get("nbgrader", {}))


def without_notes(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without the author's notes on where numbers are from: the linter reads them.

    Such a note is a comment, `<!-- from benchmarks.climb -->` or `<!-- 6 = 100 / 16 -->`.
    """
    clean = copy.deepcopy(notebook)
    for cell in clean.cells:
        if cell.cell_type == "markdown":
            cell["source"] = _NOTE.sub("", cell.source)
    return clean


def exercise_of(grade_id: str) -> str:
    """Return the exercise a graded cell belongs to: `wall-accuracy` -> `wall.accuracy`."""
    return grade_id.replace("-", ".", 1)


def _cell_problems(cell: NotebookNode) -> Iterator[str]:
    if cell.cell_type == "code":
        yield from _syntax_problem(cell.source)
    yield from _region_problems(cell)
    settings = settings_of(cell)
    if settings:
        yield from _settings_problems(cell, settings)


def _syntax_problem(source: str) -> Iterator[str]:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        text = (error.text or "").strip()
        yield f"syntax error in its line {error.lineno}: {error.msg} ({text})"


def _region_problems(cell: NotebookNode) -> Iterator[str]:
    inside = False
    regions = 0
    for line in cell.source.split("\n"):
        if "BEGIN SOLUTION" in line:
            if line.strip() != BEGIN or inside:
                yield f"a solution opens with the line '{BEGIN}' alone, and not inside another"
                return
            inside, regions = True, regions + 1
        elif "END SOLUTION" in line:
            if line.strip() != END or not inside:
                yield f"a solution closes with the line '{END}' alone, after '{BEGIN}'"
                return
            inside = False
    if inside:
        yield f"'{BEGIN}' without '{END}'"
    settings = settings_of(cell)
    if regions and not settings.get("solution"):
        yield "a solution in a cell that is not an answer cell would be handed out"
    if not regions and settings.get("solution") and cell.cell_type == "code":
        yield f"an answer cell needs '{BEGIN}' and '{END}' around what learners write"


def _settings_problems(cell: NotebookNode, settings: dict[str, Any]) -> Iterator[str]:
    expected = {"grade", "grade_id", "locked", "schema_version", "solution", "task"}
    missing = sorted(expected - settings.keys())
    if missing:
        yield f"its nbgrader settings lack {', '.join(missing)}"
        return
    if settings["schema_version"] != 3:
        yield f"schema_version is {settings['schema_version']}, must be 3"
    grade_id = str(settings["grade_id"])
    if not _GRADE_ID.fullmatch(grade_id):
        yield f"grade id {grade_id!r}: letters, digits, hyphens and underscores only"
    if not settings["grade"]:
        return
    points = settings.get("points")
    if not _is_number(points) or float(str(points)) <= 0:
        yield f"a graded cell needs points above 0, this one has {points}"
    exercise = exercise_of(grade_id)
    if not _EXERCISE.fullmatch(exercise):
        yield f"grade id {grade_id!r}: <lesson>-<name>, such as wall-accuracy"
    if settings["solution"]:
        return
    # nbgrader pays in full for a cell that raises nothing, an empty one included.
    if cell.cell_type != "code" or f'check("{exercise}"' not in cell.source:
        yield f'a graded cell must call check("{exercise}", ...)'
    if not settings["locked"]:
        yield "a check cell must be locked"


def _points_problems(notebook: NotebookNode) -> Iterator[CellProblem]:
    said: dict[str, str] = {}
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown" or settings_of(cell):
            continue
        for exercise, points in _ANNOUNCED.findall(cell.source):
            if exercise in said:
                yield CellProblem(index, f"{exercise} is announced twice")
            said[exercise] = points
    for index, cell in enumerate(notebook.cells):
        settings = settings_of(cell)
        if not settings.get("grade"):
            continue
        exercise = exercise_of(str(settings.get("grade_id")))
        points = f"{settings.get('points'):g}" if _is_number(settings.get("points")) else "no"
        text = said.pop(exercise, None)
        if text is None:
            yield CellProblem(
                index,
                f"no text announces it; write '**Exercise {exercise}** · "
                f"{points} points' before it (Reflection for one graded by hand)",
            )
        elif text != points:
            yield CellProblem(index, f"the text promises {text} points, the cell gives {points}")
    for exercise in said:
        yield CellProblem(None, f"text announces {exercise}, but no graded cell has its id")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _place(cell: NotebookNode, index: int, lines: list[int] | None) -> str:
    name = settings_of(cell).get("grade_id") or f"number {index + 1}"
    return f"cell {name} (line {lines[index]})" if lines else f"cell {name}"


def _markers(text: str) -> list[int]:
    return [
        number
        for number, line in enumerate(text.split("\n"), start=1)
        if re.match(r"# %%(?!%)", line)
    ]


def _lines_of_cells(text: str, count: int) -> list[int] | None:
    """Return the line each cell starts at, or None when text precedes the first marker."""
    found = _markers(text)
    return found if len(found) == count else None


def _check_headers(name: str, text: str, raw: NotebookNode) -> None:
    """jupytext reads a header it cannot parse as a title: the cell would lose its settings."""
    lines = text.split("\n")
    marked = [number for number in _markers(text) if "nbgrader" in lines[number - 1]]
    parsed = sum("nbgrader" in cell.metadata for cell in raw.cells)
    if parsed == len(marked):
        return
    for number in marked:
        try:
            json.JSONDecoder().raw_decode(lines[number - 1].partition("nbgrader=")[2])
        except ValueError as error:
            raise AuthoringError(
                f"{name}, line {number}: nbgrader={{...}} is not valid JSON; "
                "the cell would be an ordinary one"
            ) from error
    raise AuthoringError(f"{name}: {len(marked)} cells name nbgrader, {parsed} were read as such")
