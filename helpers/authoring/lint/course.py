"""What the rules look at: the lessons as their authors wrote them, by cells and lines."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import jupytext

from helpers.authoring.sources import BEGIN, END, Lesson, exercise_of, normalise, settings_of
from helpers.checks import Exercise

WHOLE_FILE = 1
"""The line of what concerns a file as a whole: editors jump to its beginning."""


class Flaw(NamedTuple):
    """What a rule found: where, what is wrong, what to do."""

    path: str
    line: int
    wrong: str
    remedy: str


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson.

    Attributes:
        line: of its first line of text in the author's file.
        settings: nbgrader's; empty for an ordinary cell.
    """

    kind: str
    text: str
    line: int
    settings: Mapping[str, Any]
    tags: tuple[str, ...]

    @property
    def is_answer(self) -> bool:
        """Whether learners write code here."""
        return self.kind == "code" and bool(self.settings.get("solution"))

    @property
    def is_check(self) -> bool:
        """Whether it is graded by a check."""
        return self.kind == "code" and bool(self.settings.get("grade"))

    @property
    def is_prose(self) -> bool:
        """Whether learners read it."""
        return self.kind == "markdown" and not self.settings

    @property
    def name(self) -> str:
        """Its grade id without what it begins with: `answer-accuracy` -> `accuracy`."""
        return str(self.settings.get("grade_id", "")).partition("-")[2]

    @property
    def exercise(self) -> str:
        """The exercise that a graded cell belongs to."""
        return exercise_of(str(self.settings.get("grade_id", "")))

    def line_at(self, position: int) -> int:
        """The line of a place in its text."""
        return self.line + self.text.count("\n", 0, position)

    @functools.cached_property
    def tree(self) -> ast.Module:
        """Its code; empty where that is no Python (the rule `form` says so)."""
        from IPython.core.inputtransformer2 import TransformerManager

        try:
            return ast.parse(TransformerManager().transform_cell(self.text))
        except SyntaxError:
            return ast.Module([], [])

    @functools.cached_property
    def visible(self) -> str:
        """Its text as learners get it: without the solution."""
        kept, inside = [], False
        for line in self.text.split("\n"):
            inside = line.strip() == BEGIN or inside
            if not inside:
                kept.append(line)
            inside = inside and line.strip() != END
        return "\n".join(kept)


@dataclass(frozen=True)
class Page:
    """A lesson, or the start page.

    Attributes:
        path: from the root of the repository.
        lesson: None for the start page.
    """

    name: str
    path: str
    cells: tuple[Cell, ...]
    lesson: Lesson | None = None

    def prose(self) -> Iterator[Cell]:
        """The cells that learners read."""
        return (cell for cell in self.cells if cell.is_prose)

    def code(self) -> Iterator[Cell]:
        """The cells that run."""
        return (cell for cell in self.cells if cell.kind == "code")

    def flaw(self, line: int, wrong: str, remedy: str) -> Flaw:
        """Name what is wrong in this file."""
        return Flaw(self.path, line, wrong, remedy)


@dataclass(frozen=True)
class Course:
    """What is to be linted.

    Attributes:
        pages: the chosen lessons; with the start page if all are chosen.
        exercises: all that have a check, of other lessons too.
        commands: of `course`, with the options of each; None where it passes on any.
        whole: whether all lessons are chosen.
    """

    root: Path
    pages: tuple[Page, ...]
    exercises: Mapping[str, Exercise]
    commands: Mapping[str, frozenset[str] | None]
    whole: bool = True

    def lessons(self) -> Iterator[tuple[Page, Lesson]]:
        """The chosen lessons."""
        return ((page, page.lesson) for page in self.pages if page.lesson is not None)


def page_of(lesson: Lesson, root: Path) -> Page:
    """See a lesson as the rules do."""
    return Page(lesson.name, _relative(lesson.origin, root), _cells(lesson), lesson)


def start_page_of(path: Path, root: Path) -> Page:
    """See the start page as the rules do."""
    notebook = normalise(jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent"))
    text = path.read_text(encoding="utf-8").split("\n")
    lines = [number for number, line in enumerate(text, 1) if line.startswith("# %%")]
    return Page(path.stem, _relative(path, root), _cells(Lesson(path.stem, notebook, path, lines)))


def _cells(lesson: Lesson) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            kind=cell.cell_type,
            text=cell.source,
            line=lesson.lines[index] + 1 if lesson.lines else WHOLE_FILE,
            settings=settings_of(cell),
            tags=tuple(cell.metadata.get("tags", ())),
        )
        for index, cell in enumerate(lesson.notebook.cells)
    )


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
