"""Which of a notebook's code an answer needs: everything else stays unrun.

A statement is taken when it binds a name that is needed, to a fixed point, in the order of the
notebook. The class's own cells are taken statement by statement. A learner's cell is taken whole,
because its author may rely on effects that no analysis sees; only its imports can be taken alone,
and statements that merely try something out on the lesson's pictures and models are left out.
"""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from helpers.grading.core import Origin, Source
from helpers.grading.names import Statement, binds_by_look

MAX_STEPS = 200_000
"""Of one slice: beyond that a notebook is a puzzle, and its answer cell runs alone."""

MAX_PASSES = 30
"""Over all statements, when one try-out depends on the next: nobody chains more by hand."""

CHEAP_MODULES = frozenset(
    {
        *("helpers", "torch", "torchvision", "timm", "numpy", "PIL", "matplotlib"),
        *("ipywidgets", "IPython", "tqdm"),
    }
)
"""Beside the standard library: their imports stand for themselves."""

Whose = Literal["master", "answer", "learner", "edited"]


@dataclass(frozen=True)
class Cell:
    """One code cell of the rebuilt notebook, in order.

    `whose`: "edited" is a cell of the class that the learner changed; `original` holds the shapes
    of the class's statements, which are still taken one by one.
    """

    name: str
    text: str
    whose: Whose
    statements: tuple[Statement, ...] | None
    original: frozenset[str] = frozenset()
    seen: int = -1  #: where it stood in the learner's notebook


@dataclass(frozen=True)
class _Unit:
    """A statement at its place."""

    at: int  #: place among all statements
    cell: int
    code: Statement
    learner: bool
    group: int  #: units of one group are taken together; -1: alone
    certain: bool  #: nothing before it in its cell, nor itself, is likely to fail


class Program:
    """The code cells of one rebuilt notebook, ready to be sliced."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = tuple(cells)
        self._units: list[_Unit] = []
        for index, cell in enumerate(self._cells):
            certain = True
            for code in cell.statements or ():
                certain = _is_certain(code) and (certain or cell.whose == "master")
                self._units.append(self._unit(index, cell, code, certain))
        self._writers = self._functions_that_bind()
        self._idle: frozenset[int] = frozenset()
        self._idle = self._try_outs()

    def slice_for(
        self, check: int, names: Iterable[str], own: int | None = None
    ) -> tuple[Source, ...]:
        """The code to run before an expression that looks up `names` is evaluated.

        Args:
            check: how many of the cells stand before the check.
            names: that the check looks up.
            own: the item's own answer cell, which is always taken, even if it does not parse.

        Returns:
            Sources in the order in which they must run; one a cell.
        """
        names = frozenset(names)
        if not names:
            return ()
        search = _Search(self, check, own)
        chosen = search.run(names)
        broken = self._broken_that_bind(search.unresolved, check)
        sources = []
        for index in range(check):
            cell = self._cells[index]
            if cell.statements is None and (index == own or index in broken):
                sources.append(Source(cell.text, _origin(cell), cell.name))
            elif index in chosen or index == own:
                text = self._text(index, chosen.get(index, set()))
                if text.strip() or index == own:
                    sources.append(Source(text, _origin(cell), cell.name))
        return tuple(sources)

    @property
    def units(self) -> Sequence[_Unit]:
        return self._units

    @property
    def idle(self) -> frozenset[int]:
        """Statements that only try something out, by place."""
        return self._idle

    def binds(self, unit: _Unit) -> frozenset[str]:
        """What a statement may bind, through the functions it calls too."""
        found = unit.code.binds
        for name in unit.code.needs & self._writers.keys():
            found |= self._writers[name]
        return found

    def _unit(self, index: int, cell: Cell, code: Statement, certain: bool) -> _Unit:
        learner = cell.whose != "master" and code.shape not in cell.original
        cheap = code.kind == "import" and not code.anything and _all_cheap(code.modules)
        group = index if learner and not cheap else -1
        return _Unit(len(self._units), index, code, learner, group, certain)

    def _functions_that_bind(self) -> dict[str, frozenset[str]]:
        """Functions with `global` statements: calling them binds names."""
        found: dict[str, frozenset[str]] = {}
        for unit in self._units:
            if unit.code.writes:
                for name in unit.code.surely:
                    found[name] = found.get(name, frozenset()) | unit.code.writes
        return found

    def _try_outs(self) -> frozenset[int]:
        """Find what a learner's cells only try out on the lesson's data.

        Such a statement needs data of a demonstration, or the result of another try-out, defines
        nothing, and binds nothing that a definition or another statement uses.
        """
        own = [unit for unit in self._units if unit.group >= 0]
        bound = frozenset().union(*(unit.code.surely for unit in own))
        data = frozenset().union(
            *(u.code.binds for u in self._units if not u.learner and u.code.kind == "other")
        )
        idle = {
            unit.at: unit
            for unit in own
            if unit.code.kind == "other" and unit.code.alone and not unit.code.anything
        }
        tainted = data - bound
        found: dict[int, _Unit] = {}
        for _ in range(MAX_PASSES):
            before = len(found)
            for at, unit in idle.items():
                if at not in found and unit.code.needs & tainted:
                    found[at] = unit
                    tainted |= unit.code.surely
            if len(found) == before:
                break
        return self._without_used(found)

    def _without_used(self, found: dict[int, _Unit]) -> frozenset[int]:
        """Take out of the try-outs what something else relies on."""
        values = frozenset().union(
            *(u.code.surely for u in self._units if u.learner and u.code.kind == "other")
        )
        binds = {at: self.binds(unit) | (unit.code.calls_on & values) for at, unit in found.items()}
        for _ in range(MAX_PASSES):
            used = frozenset().union(
                *(u.code.needs | u.code.later for u in self._units if u.at not in found),
            )
            kept = {at: unit for at, unit in found.items() if not binds[at] & used}
            if len(kept) == len(found):
                return frozenset(kept)
            found = kept
        return frozenset()

    def _broken_that_bind(self, names: Iterable[str], check: int) -> set[int]:
        """Cells that do not parse, and would bind a name that nothing else binds."""
        return {
            index
            for index, cell in enumerate(self._cells[:check])
            if cell.statements is None and any(binds_by_look(cell.text, name) for name in names)
        }

    def _text(self, index: int, chosen: set[int]) -> str:
        """The chosen statements of a cell; a learner's keep their line numbers."""
        cell = self._cells[index]
        lines = cell.text.split("\n")
        mine = [unit for unit in self._units if unit.cell == index]
        if cell.whose == "master":
            wanted: set[int] = set()
            for unit in mine:
                if unit.at in chosen:
                    wanted |= set(range(unit.code.first, unit.code.last + 1))
            return "\n".join(lines[number - 1] for number in sorted(wanted))
        left_out = [unit for unit in mine if unit.at not in chosen]
        for unit in left_out:
            if all(other.at not in chosen for other in mine if _overlap(unit, other)):
                for number in range(unit.code.first - 1, unit.code.last):
                    lines[number] = ""
        return "\n".join(lines)


class _Search:
    """One search for the statements that an expression needs."""

    def __init__(self, program: Program, check: int, own: int | None) -> None:
        self._program = program
        self._units = [unit for unit in program.units if unit.cell < check]
        self._own = own
        self._end = len(self._units)
        self._binders: dict[str, list[_Unit]] = defaultdict(list)
        self._groups: dict[int, list[_Unit]] = defaultdict(list)
        self._taken: set[int] = set()
        self._queue: list[tuple[str, int, int]] = []
        self._asked: set[tuple[str, int, int]] = set()
        self._index()
        self.unresolved: set[str] = set()

    def run(self, names: Iterable[str]) -> dict[int, set[int]]:
        """Return the places of the statements to run, by cell."""
        for name in names:
            self._want(name, self._end, self._end)
        for unit in self._units:
            if unit.code.anything or unit.cell == self._own:
                self._take(unit)
        steps = 0
        while self._queue and steps < MAX_STEPS:
            steps += self._find(*self._queue.pop())
        chosen: dict[int, set[int]] = defaultdict(set)
        for at in self._taken:
            chosen[self._units[at].cell].add(at)
        if self._queue:  # it would take for ever: the answer runs alone, and fails by itself
            return {cell: places for cell, places in chosen.items() if cell == self._own}
        return chosen

    def _index(self) -> None:
        values: set[str] = set()
        fresh: set[str] = set()
        for unit in self._units:
            if unit.code.kind == "other" and unit.learner:
                values |= unit.code.surely
            fresh |= unit.code.holds
        for unit in self._units:
            if unit.at in self._program.idle:
                continue
            bound = self._program.binds(unit)
            bound |= unit.code.calls_on & (values | fresh if unit.learner else fresh)
            for name in bound:
                self._binders[name].append(unit)
            if unit.group >= 0:
                self._groups[unit.group].append(unit)

    def _want(self, name: str, before: int, since: int) -> None:
        """Ask for a name that is looked up before place `before`, at the earliest at `since`."""
        if (name, before, since) not in self._asked:
            self._asked.add((name, before, since))
            self._queue.append((name, before, since))

    def _find(self, name: str, before: int, since: int) -> int:
        """Take all that may have bound a name, back to what surely did.

        Where that may have failed, definitions and imports before it are taken, too: they would
        then be what the notebook itself uses.
        """
        steps = 1
        found = enough = False
        for unit in reversed(self._binders.get(name, [])):
            steps += 1
            if unit.at >= before or (enough and unit.code.kind == "other"):
                continue
            self._take(unit)
            found = True
            if name in unit.code.surely and unit.at <= since:
                enough = True
                if unit.certain:
                    break
        if not found and not hasattr(builtins, name) and not name.startswith("import "):
            self.unresolved.add(name)
        return steps

    def _take(self, unit: _Unit) -> None:
        if unit.at in self._taken or unit.at in self._program.idle:
            return
        self._taken.add(unit.at)
        for name in unit.code.needs:
            self._want(name, unit.at, unit.at)
        for name in unit.code.later:
            self._want(name, self._end, unit.at)
        for other in self._groups.get(unit.group, []):
            self._take(other)


def _overlap(one: _Unit, other: _Unit) -> bool:
    return one.code.first <= other.code.last and other.code.first <= one.code.last


def _origin(cell: Cell) -> Origin:
    return "learner" if cell.whose == "edited" else cell.whose


def _is_certain(code: Statement) -> bool:
    return code.safe and (code.kind != "import" or _all_cheap(code.modules))


def _all_cheap(modules: frozenset[str]) -> bool:
    import sys

    return all(name in CHEAP_MODULES or name in sys.stdlib_module_names for name in modules)
