"""Mutants of a solution: each differs from it by one slip that a tool can make, and people do.

Only what stands between `### BEGIN SOLUTION` and `### END SOLUTION` is changed: the rest of an
answer cell is given to learners. Texts of errors, annotations and docstrings stay as they are.
"""

from __future__ import annotations

import ast
import difflib
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from checks import operators
from helpers.authoring.sources import BEGIN, END


@dataclass(frozen=True)
class Mutant:
    """An answer cell with one change.

    `was` and `now` are the changed lines, as Python itself would write them: they name a mutant
    in a way that survives new comments and line breaks. `nth` tells apart two mutants of which
    the lines read the same.
    """

    was: str
    now: str
    nth: int
    code: str

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it apart from the others of its exercise."""
        return self.was, self.now, self.nth

    def diff(self) -> str:
        """Return the change as a small diff."""
        return "\n".join(
            [*(f"- {line}" for line in self.was.split("\n") if line),
             *(f"+ {line}" for line in self.now.split("\n") if line)]
        )  # fmt: skip


def mutants(cell: str) -> list[Mutant]:
    """Return every mutant of an answer cell; none reads like the solution or like another."""
    wrapper = MetadataWrapper(cst.parse_module(cell), unsafe_skip_copy=True)
    finder = _Finder(wrapper.module, _solution_lines(cell), wrapper.resolve(PositionProvider))
    wrapper.module.visit(finder)
    original = normal(cell)
    seen, named = {original}, Counter[tuple[str, str]]()
    found = []
    for node, other in finder.changes:
        code = normal(finder.changed(cell, node, other))
        if not code or code in seen:
            continue
        seen.add(code)
        was, now = difference(original, code)
        named[was, now] += 1
        found.append(Mutant(was, now, named[was, now], code))
    return found


def normal(code: str) -> str:
    """Return code as Python itself would write it; "" where it does not compile."""
    try:
        tree = ast.parse(code)
        compile(tree, "<mutant>", "exec")
    except SyntaxError:
        return ""
    return ast.unparse(tree)


def difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ, on either side, without their indentation."""
    old, new = before.split("\n"), after.split("\n")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    was = [_block(old, start, end) for _, start, end, _, _ in changes if end > start]
    now = [_block(new, start, end) for _, _, _, start, end in changes if end > start]
    if sorted(was) == sorted(now):  # moved: show everything from the first change to the last
        was = [_block(old, changes[0][1], changes[-1][2])]
        now = [_block(new, changes[0][3], changes[-1][4])]
    return "\n".join(was), "\n".join(now)


def _block(lines: list[str], start: int, end: int) -> str:
    return dedent("\n".join(lines[start:end]))


def _solution_lines(cell: str) -> set[int]:
    inside, lines = False, set()
    for number, line in enumerate(cell.split("\n"), start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            lines.add(number)
    return lines


Changes = Callable[[Any], Iterator[cst.CSTNode]]


class _Finder(cst.CSTVisitor):
    """Collects (node, what to put in its place) within the lines of the solution."""

    def __init__(self, module: cst.Module, lines: set[int], positions: Any) -> None:
        super().__init__()
        self.changes: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self._module, self._lines, self._positions = module, lines, positions

    def changed(self, cell: str, node: cst.CSTNode, other: cst.CSTNode) -> str:
        """Return the cell with a change made."""
        if isinstance(node, cst.BaseSuite | cst.BaseCompoundStatement):
            tree = self._module.deep_replace(node, other)
            return tree.code if isinstance(tree, cst.Module) else ""
        # A tenth of the time: within a line, the text alone can be exchanged.
        place, lines = self._positions[node], cell.split("\n")
        before = [*lines[: place.start.line - 1], lines[place.start.line - 1][: place.start.column]]
        after = [lines[place.end.line - 1][place.end.column :], *lines[place.end.line :]]
        return "\n".join(before) + self._module.code_for_node(other) + "\n".join(after)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Annotation) or _is_text_alone(node) or operators.guards(node):
            return False
        if isinstance(node, cst.BaseSuite):
            self._blocks(node)
        elif self._inside(node):
            for kind, changes in operators.BY_TYPE:
                if isinstance(node, kind):
                    self.changes += [(node, other) for other in changes(node)]
        return not isinstance(node, cst.Raise)

    def _blocks(self, block: cst.BaseSuite) -> None:
        inside = [one for one in block.body if self._inside(one) and not _is_text_alone(one)]
        self.changes += [
            (block, block.with_changes(body=body))
            for body in operators.orders(list(block.body), inside)
        ]

    def _inside(self, node: cst.CSTNode) -> bool:
        place = self._positions.get(node)
        return place is not None and place.start.line in self._lines


def _is_text_alone(node: cst.CSTNode) -> bool:
    """A docstring, or a text that says something to the reader."""
    return (
        isinstance(node, cst.SimpleStatementLine)
        and len(node.body) == 1
        and isinstance(node.body[0], cst.Expr)
        and isinstance(node.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )


def sample(found: Sequence[Mutant], count: int, seed: str) -> list[Mutant]:
    """Return some of them, always the same for one seed."""
    if len(found) <= count:
        return list(found)
    return random.Random(seed).sample(list(found), count)
