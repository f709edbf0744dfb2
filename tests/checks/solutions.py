"""The lessons' own solutions: the cell of each exercise, and what else its code needs."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from helpers.authoring.sources import exercise_of, read_lesson, settings_of
from helpers.places import lessons, repository


@dataclass(frozen=True)
class Solution:
    """The answer cell of an exercise, and the lesson's other imports, functions and classes."""

    exercise: str
    cell: str
    needs: tuple[str, ...]

    def answer(self, cell: str) -> Any:
        """Return the answer that `cell`, in place of the solution, defines; what it raises too."""
        space: dict[str, Any] = {"__name__": "__main__"}
        for need in self.needs:
            with suppress(NameError):  # a default that needs pictures: nothing that an answer calls
                exec(need, space)
        exec(compile(cell, "<mutant>", "exec"), space)
        return space[self.exercise.partition(".")[2]]


@functools.cache
def solutions() -> dict[str, Solution]:
    """Return the solution of every exercise that has one in a cell, by its id."""
    folder = repository() / "solutions"
    found = {}
    for name in lessons(folder):
        notebook = read_lesson(folder / f"{name}.py").notebook
        for exercise, cell in _answers(notebook):
            sources = [one.source for one in notebook.cells if one.cell_type == "code"]
            needs = [text for one in sources if one != cell for text in _definitions(one)]
            found[exercise] = Solution(exercise, cell, tuple(needs))
    return found


def _answers(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Pair every graded exercise with the answer cell before it."""
    cell = ""
    for one in notebook.cells:
        settings = settings_of(one)
        if one.cell_type == "code" and settings.get("solution"):
            cell = one.source
        elif one.cell_type == "code" and settings.get("grade"):
            yield exercise_of(settings["grade_id"]), cell


def _definitions(source: str) -> Iterator[str]:
    """Imports, functions and classes: what a cell defines without doing anything."""
    for node in ast.parse(source).body:
        if isinstance(
            node,
            ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef,
        ):
            yield ast.unparse(node)
