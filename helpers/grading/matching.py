"""Which cell of a learner's notebook is which cell of the master's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from helpers.grading.master import Master, MasterCell
from helpers.grading.names import Reader, binds_by_look
from helpers.grading.rawbook import RawCell

ALIKE = 0.5
"""Share of common lines from which a cell counts as an edited version of another."""

MAX_ALIKE = 10_000
"""Characters of a cell that is compared line by line."""

MAX_COMPARED = 200
"""Cells of a learner's own that are compared with each of the class's."""

_MAGICS_THAT_RUN = ("%%time", "%%capture", "%%prun", "%%timeit")


@dataclass
class Matches:
    """What was found. Positions are those of the learner's cells, unless said otherwise."""

    answers: dict[str, RawCell] = field(default_factory=dict)  #: by grade id, manual ones too
    edited: dict[int, RawCell] = field(default_factory=dict)  #: by position in the master
    anchors: dict[int, int] = field(default_factory=dict)  #: learner's position -> master's
    dropped: set[int] = field(default_factory=set)  #: neither kept nor run
    copies: set[int] = field(default_factory=set)  #: of answer cells, changed: kept as own cells
    notes: list[str] = field(default_factory=list)


def match(master: Master, cells: Sequence[RawCell], reader: Reader) -> Matches:
    """Find every cell of the master in a learner's notebook, moved, stripped or copied.

    Answers are found by grade id, else by what they define, by cell id, and by likeness; cells that
    are as they were handed out by their text; edited ones by cell id, else by likeness.
    """
    return _Matching(master, cells, reader).run()


def same_text(one: str, other: str) -> bool:
    """Whether two sources differ in nothing but white space at the ends of lines."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().split("\n")]


def likeness(one: str, other: str) -> float:
    """Share of lines that two sources have in common, 0 to 1. Long ones are like nothing."""
    if max(len(one), len(other)) > MAX_ALIKE:
        return 0.0
    first, second = ({line.strip() for line in _lines(text)} - {""} for text in (one, other))
    return len(first & second) / len(first | second) if first | second else 0.0


class _Matching:
    def __init__(self, master: Master, cells: Sequence[RawCell], reader: Reader) -> None:
        self._master = master
        self._reader = reader
        self._graded = {cell.grade_id for cell in master.cells if cell.grade_id}
        self._texts = {cell.at: _lines(cell.source) for cell in cells}
        self._cells = cells
        self._found = Matches()
        self._free = {cell.at for cell in cells}
        self._by_grade_id: dict[str, list[RawCell]] = defaultdict(list)
        self._bound: dict[int, frozenset[str]] = {}
        for cell in cells:
            if cell.grade_id:
                self._by_grade_id[cell.grade_id].append(cell)

    def run(self) -> Matches:
        self._checks()
        self._unchanged()
        wanted = [c for c in self._master.cells if c.role == "answer" and c.kind == "code"]
        for cell in wanted:
            self._answer(cell, wanted)
        for cell in self._master.cells:
            if cell.role == "manual" or (cell.role == "answer" and cell.kind != "code"):
                self._manual(cell)
        self._edited()
        return self._found

    # Checks and locked cells: always the master's.

    def _checks(self) -> None:
        for at, mine in enumerate(self._master.cells):
            if mine.role not in ("check", "locked"):
                continue
            claimed = self._by_grade_id.get(mine.grade_id, [])
            text = _lines(mine.source)
            same = [cell for cell in self._cells if self._texts[cell.at] == text]
            for cell in same:
                self._settle(cell, at)
            changed = [cell for cell in claimed if cell.at in self._free and cell.source.strip()]
            if changed:
                self._note(
                    f"{mine.grade_id}: this cell belongs to the class and was changed; the class's "
                    "own was used"
                )
            for cell in changed:
                self._anchor(cell, at)
                if self._answers_something(cell):
                    self._found.copies.add(cell.at)
                else:
                    self._drop(cell)

    def _answers_something(self, cell: RawCell) -> bool:
        """Whether a cell with a check's name in truth holds an answer that is elsewhere missing."""
        return any(
            self._master.names_of(answer) & self._binds(cell)
            for answer in {question.answer for question in self._master.questions}
            if not any(c.source.strip() for c in self._by_grade_id.get(answer, []))
        )

    # Cells that are as they were handed out.

    def _unchanged(self) -> None:
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, mine in enumerate(self._master.cells):
            if mine.role == "ordinary":
                places[(mine.kind, *_lines(mine.source))].append(at)
        for cell in self._cells:
            if cell.at not in self._free or cell.grade_id in self._graded:
                continue
            same = places.get((cell.kind, *self._texts[cell.at]))
            if same:
                self._settle(cell, same[0])
                if len(same) > 1:
                    del same[0]

    # Answers in code.

    def _answer(self, mine: MasterCell, wanted: Sequence[MasterCell]) -> None:
        expected = self._expected(mine)
        claimed = [c for c in self._by_grade_id.get(mine.grade_id, []) if c.at in self._free]
        best = max(claimed, key=lambda cell: self._fitness(cell, mine, expected), default=None)
        if best is None or not self._fits(best, expected):
            other = self._elsewhere(mine, expected, wanted)
            if other is not None:
                lost = other.id == mine.id and not other.grade_id
                self._note(
                    f"{mine.grade_id}: the cell had lost its settings and was recognised"
                    if lost
                    else f"{mine.grade_id}: the answer was found in another cell"
                )
                self._take(other, mine, anchor=best is None)
                self._leave_out(claimed, other, mine)
                return
        if best is None:
            best = self._by_id(mine) or self._by_likeness(mine)
            if best is not None:
                self._note(f"{mine.grade_id}: the cell had lost its settings and was recognised")
        if best is not None:
            self._take(best, mine)
            self._leave_out(claimed, best, mine)

    def _expected(self, mine: MasterCell) -> frozenset[str]:
        names = self._master.names_of(mine.grade_id)
        if names:
            return names
        return frozenset(
            name
            for code in mine.statements or ()
            if code.kind == "definition"
            for name in code.surely
        )

    def _fitness(
        self, cell: RawCell, mine: MasterCell, expected: frozenset[str]
    ) -> tuple[bool, bool, int]:
        """The one that defines the answer; then one that was changed; then the last one."""
        changed = not same_text(cell.source, mine.source)
        return self._fits(cell, expected), changed, cell.at

    def _fits(self, cell: RawCell, expected: frozenset[str]) -> bool:
        return not expected or bool(expected & self._binds(cell))

    def _binds(self, cell: RawCell) -> frozenset[str]:
        """Names that a cell binds, also where it does not parse."""
        if cell.at not in self._bound:
            statements = None if cell.too_long else self._reader.read(cell.source)
            if statements is None:
                names = frozenset().union(*(q.names for q in self._master.questions))
                found = frozenset(n for n in names if binds_by_look(cell.source, n))
            else:
                found = frozenset().union(*(code.surely for code in statements))
            self._bound[cell.at] = found
        return self._bound[cell.at]

    def _elsewhere(
        self, mine: MasterCell, expected: frozenset[str], wanted: Sequence[MasterCell]
    ) -> RawCell | None:
        """A cell that answers this question, though its settings say something else or nothing."""
        others = {cell.grade_id: self._expected(cell) for cell in wanted if cell is not mine}
        found = []
        for cell in self._cells:
            if cell.kind != "code" or cell.at in self._found.dropped:
                continue
            settled = cell.at not in self._free and cell not in self._found.answers.values()
            if settled or not expected & self._binds(cell):
                continue
            theirs = others.get(cell.grade_id)
            merged = theirs is not None and bool(theirs & self._binds(cell))
            if merged and not self._is_gone(mine):
                continue
            found.append((not same_text(cell.source, mine.source), not merged, cell.at, cell))
        return max(found, key=lambda entry: entry[:3])[3] if found else None

    def _is_gone(self, mine: MasterCell) -> bool:
        return not any(c.source.strip() for c in self._by_grade_id.get(mine.grade_id, []))

    def _by_id(self, mine: MasterCell) -> RawCell | None:
        for cell in self._cells:
            if cell.at in self._free and cell.id == mine.id and not self._is_anothers(cell):
                return cell
        return None

    def _by_likeness(self, mine: MasterCell) -> RawCell | None:
        alike = [
            (likeness(cell.source, mine.source), -cell.at, cell)
            for cell in self._free_cells(mine.kind)
            if not self._is_anothers(cell)
        ]
        best = max(alike, key=lambda entry: entry[:2], default=None)
        return best[2] if best and best[0] >= ALIKE else None

    def _free_cells(self, kind: str) -> list[RawCell]:
        free = [cell for cell in self._cells if cell.at in self._free and cell.kind == kind]
        return free[:MAX_COMPARED]

    def _is_anothers(self, cell: RawCell) -> bool:
        return cell.grade_id in self._graded

    def _take(self, cell: RawCell, mine: MasterCell, anchor: bool = True) -> None:
        self._found.answers[mine.grade_id] = cell
        if cell.kind != mine.kind:
            self._note(
                f"{mine.grade_id}: the cell had been turned into {cell.kind}; its text was taken "
                f"as {mine.kind}"
            )
        first = cell.source.lstrip().split("\n")[0]
        if mine.kind == "code" and first.startswith("%%"):
            magic = first.split()[0]
            if magic not in _MAGICS_THAT_RUN:
                self._note(f"{mine.grade_id}: it begins with {magic[:30]}, so its code is not run")
        if anchor:
            self._settle(cell, self._master.position(mine.grade_id))
        else:
            self._free.discard(cell.at)

    def _leave_out(self, claimed: Iterable[RawCell], kept: RawCell, mine: MasterCell) -> None:
        """Unchanged cells of the same name go, changed ones stay as the learner's own."""
        others = [cell for cell in claimed if cell.at != kept.at and cell.at in self._free]
        if not others:
            return
        changed = False
        for cell in others:
            self._anchor(cell, self._master.position(mine.grade_id))
            if same_text(cell.source, mine.source) or not cell.source.strip():
                self._drop(cell)
            else:
                self._found.copies.add(cell.at)
                changed = True
        if kept.grade_id == mine.grade_id:
            which = "the last changed one that defines it" if changed else "the changed one"
            self._note(f"{mine.grade_id}: there are {len(others) + 1} such cells; {which} counts")

    # Answers in words.

    def _manual(self, mine: MasterCell) -> None:
        claimed = [c for c in self._by_grade_id.get(mine.grade_id, []) if c.at in self._free]
        best = max(
            claimed, key=lambda c: (not same_text(c.source, mine.source), c.at), default=None
        )
        if best is None:
            best = self._by_id(mine) or self._by_likeness(mine) or self._in_its_place(mine)
            if best is not None:
                self._note(f"{mine.grade_id}: the cell had lost its settings and was recognised")
        if best is None:
            self._note(f"{mine.grade_id}: the cell for this answer is missing")
            return
        self._take(best, mine)
        self._leave_out(claimed, best, mine)

    def _in_its_place(self, mine: MasterCell) -> RawCell | None:
        """A new cell of the same kind just after the question, else the only one of all."""
        before = self._master.position(mine.grade_id) - 1
        places = [at for at, master_at in self._found.anchors.items() if master_at == before]
        for at in places:
            follows = self._cells[at + 1] if at + 1 < len(self._cells) else None
            if follows and follows.at in self._free and follows.kind == mine.kind:
                return follows
        free = [cell for cell in self._free_cells(mine.kind) if cell.source.strip()]
        return free[0] if len(free) == 1 else None

    # Ordinary cells that the learner changed.

    def _edited(self) -> None:
        settled = set(self._found.anchors.values())
        ids: Mapping[str, int] = {
            cell.id: at
            for at, cell in enumerate(self._master.cells)
            if cell.role == "ordinary" and at not in settled
        }
        for cell in self._cells:
            at = ids.get(cell.id)
            if cell.at in self._free and at is not None and at not in self._found.edited:
                self._edit(cell, at)
        rest = [at for at in ids.values() if at not in self._found.edited]
        for at in rest:
            mine = self._master.cells[at]
            best = self._by_likeness(mine)
            if best is not None:
                self._edit(best, at)

    def _edit(self, cell: RawCell, at: int) -> None:
        if cell.kind != self._master.cells[at].kind:
            return
        self._found.edited[at] = cell
        self._settle(cell, at)

    # What was decided.

    def _settle(self, cell: RawCell, at: int) -> None:
        self._free.discard(cell.at)
        self._anchor(cell, at)

    def _anchor(self, cell: RawCell, at: int) -> None:
        self._found.anchors.setdefault(cell.at, at)

    def _drop(self, cell: RawCell) -> None:
        self._free.discard(cell.at)
        self._found.dropped.add(cell.at)

    def _note(self, text: str) -> None:
        if text not in self._found.notes:
            self._found.notes.append(text)
