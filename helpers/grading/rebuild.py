"""A submission put together anew: the class's notebook with the learner's answers in it.

From the learner come the sources of answer cells, written answers, ordinary cells that were
changed, and cells of the learner's own. Checks, points, settings and all other text are the
class's. Outputs, metadata and attachments of the learner are dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from helpers.grading.core import Item, Manual
from helpers.grading.master import Master, MasterCell, Question
from helpers.grading.matching import Matches, match, same_text
from helpers.grading.names import Reader
from helpers.grading.rawbook import MAX_SOURCE, RawBook, RawCell, Unreadable, read_raw
from helpers.grading.slicing import Cell, Program

MAX_OWN_CELLS = 300
"""Cells of the learner's own that are kept; a notebook with more is no longer that lesson."""

MAX_NOTES = 20


@dataclass(frozen=True)
class Rebuilt:
    """What is to be graded, and the notebook for a person who grades or reads it."""

    items: tuple[Item, ...]
    manual: tuple[Manual, ...]
    answers: Mapping[str, str]  #: grade id of the item ("wall-accuracy") -> the learner's code
    notes: tuple[str, ...]  #: what had to be repaired or decided, a line each
    notebook: NotebookNode


@dataclass(frozen=True)
class _Placed:
    """One cell of the rebuilt notebook."""

    source: str
    mine: MasterCell | None = None  #: of the master; None: the learner's own
    raw: RawCell | None = None  #: where its source comes from, if from the learner
    number: int = 0  #: of the learner's own cells, from 1


def rebuild(notebook: bytes, master: Master) -> Rebuilt:
    """Rebuild one submission. It never fails: what cannot be graded says so in its item.

    Args:
        notebook: as it was handed in.
        master: the lesson.

    Returns:
        Items with the code to run, in the master's order. An item whose answer is nowhere is
        "missing", all items of a file that is no notebook are "unreadable".
    """
    try:
        book = read_raw(notebook)
    except Unreadable as error:
        return _unreadable(master, str(error))
    reader = Reader()
    found = match(master, book.cells, reader)
    placed, notes = _placed(master, book, found)
    program = _Programs(placed, reader)
    items = tuple(_item(question, master, found, program) for question in master.questions)
    return Rebuilt(
        items=items,
        manual=tuple(_manual(cell, found) for cell in master.cells if cell.role == "manual"),
        answers={
            question.grade_id: found.answers[question.answer].source
            for question in master.questions
            if question.answer in found.answers
        },
        notes=_bounded([*book.notes, *found.notes, *notes]),
        notebook=_notebook(master, placed),
    )


def _bounded(notes: list[str]) -> tuple[str, ...]:
    kept = list(dict.fromkeys(notes))
    if len(kept) > MAX_NOTES:
        kept = [*kept[: MAX_NOTES - 1], f"and {len(kept) - MAX_NOTES + 1} more of this kind"]
    return tuple(kept)


def _unreadable(master: Master, cause: str) -> Rebuilt:
    placed = [_Placed(cell.source, cell) for cell in master.cells]
    return Rebuilt(
        items=tuple(
            Item(q.grade_id, q.exercise, q.points, verdict="unreadable", cause=cause)
            for q in master.questions
        ),
        manual=tuple(
            Manual(cell.grade_id, cell.points, "", False)
            for cell in master.cells
            if cell.role == "manual"
        ),
        answers={},
        notes=(cause,),
        notebook=_notebook(master, placed),
    )


# The cells in order.


def _placed(master: Master, book: RawBook, found: Matches) -> tuple[list[_Placed], list[str]]:
    """The master's cells, each followed by the learner's own cells that stood after it."""
    notes: list[str] = []
    after = _own_cells(book, found, notes)
    numbers = {cell.at: n for n, cell in enumerate(sorted(_flat(after), key=_place), start=1)}
    placed = [_Placed(cell.source, raw=cell, number=numbers[cell.at]) for cell in after.get(-1, [])]
    for at, mine in enumerate(master.cells):
        raw = found.edited.get(at) or found.answers.get(mine.grade_id)
        usable = raw is not None and not (raw.too_long and mine.role != "ordinary")
        placed.append(_Placed(raw.source if raw and usable else mine.source, mine, raw))
        placed += [
            _Placed(cell.source, raw=cell, number=numbers[cell.at]) for cell in after.get(at, [])
        ]
    return placed, notes


def _flat(after: Mapping[int, list[RawCell]]) -> list[RawCell]:
    return [cell for cells in after.values() for cell in cells]


def _place(cell: RawCell) -> int:
    return cell.at


def _own_cells(book: RawBook, found: Matches, notes: list[str]) -> dict[int, list[RawCell]]:
    """The learner's own cells by the position of the master's cell that they follow."""
    used = {cell.at for cell in [*found.answers.values(), *found.edited.values()]}
    after: dict[int, list[RawCell]] = {}
    last, count = -1, 0
    for cell in book.cells:
        last = found.anchors.get(cell.at, last)
        settled = cell.at in found.anchors and not _is_copy(cell, found)
        if cell.at in used or cell.at in found.dropped or settled or not cell.source.strip():
            continue
        count += 1
        if cell.too_long:
            notes.append(
                f"a cell of more than {MAX_SOURCE:,} characters was left out: nobody writes that"
            )
        elif count <= MAX_OWN_CELLS:
            after.setdefault(last, []).append(cell)
    if count > MAX_OWN_CELLS:
        notes.append(f"of {count} cells of the learner's own the first {MAX_OWN_CELLS} were kept")
    return after


def _is_copy(cell: RawCell, found: Matches) -> bool:
    """A changed copy of an answer cell, which stays as the learner's own."""
    return cell.at in found.copies


# What is to be run.


class _Programs:
    """The rebuilt notebook's code, as each item sees it."""

    def __init__(self, placed: list[_Placed], reader: Reader) -> None:
        self._reader = reader
        self._cells: list[Cell] = []
        self._ends: dict[str, int] = {}  #: grade id -> how many cells of code stand before it
        self._own: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        for entry in placed:
            self._add(entry)
        self._program = Program(self._cells)

    def sources(self, question: Question) -> tuple[Any, ...]:
        """What runs before a check."""
        end = self._ends[question.grade_id]
        own = self._own.get(question.answer)
        late = self._late(question, end)
        if not late:
            return self._program.slice_for(end, question.names, own)
        at = end if own is None else own
        cells = [*self._cells[:at], *late, *self._cells[at:end]]
        shifted = None if own is None else own + len(late)
        return Program(cells).slice_for(len(cells), question.names, shifted)

    def _late(self, question: Question, end: int) -> list[Cell]:
        """Own cells that the learner had before this answer, though they now stand after it.

        They do where a learner put the notebook into another order.
        """
        seen = self._seen.get(question.answer, -1)
        return [c for c in self._cells[end:] if c.whose == "learner" and 0 <= c.seen < seen]

    def _add(self, entry: _Placed) -> None:
        mine, raw = entry.mine, entry.raw
        seen = raw.at if raw else -1
        if mine is None:
            if raw is not None and raw.kind == "code":
                statements = self._reader.read(entry.source)
                name = f"learner-{entry.number}"
                self._cells.append(Cell(name, entry.source, "learner", statements, seen=seen))
            return
        if mine.role == "check":
            self._ends[mine.grade_id] = len(self._cells)
        if mine.kind != "code" or mine.role in ("check", "manual"):
            return
        if mine.role == "answer" and raw is not None:
            self._own[mine.grade_id] = len(self._cells)
            self._seen[mine.grade_id] = seen
            same = same_text(entry.source, mine.source)
            statements = mine.statements if same else self._reader.read(entry.source)
            self._cells.append(Cell(mine.id, entry.source, "answer", statements, seen=seen))
        elif raw is not None:
            self._add_edited(entry, mine, seen)
        else:
            self._cells.append(Cell(mine.id, mine.source, "master", mine.statements))

    def _add_edited(self, entry: _Placed, mine: MasterCell, seen: int) -> None:
        """The learner's version; before it, what it no longer has of the class's statements."""
        statements = self._reader.read(entry.source)
        theirs = {code.shape for code in statements or ()}
        gone = tuple(code for code in mine.statements or () if code.shape not in theirs)
        if gone:
            self._cells.append(Cell(mine.id, mine.source, "master", gone))
        original = frozenset(code.shape for code in mine.statements or ())
        self._cells.append(Cell(mine.id, entry.source, "edited", statements, original, seen))


def _item(question: Question, master: Master, found: Matches, program: _Programs) -> Item:
    made = Item(question.grade_id, question.exercise, question.points, question.expression)
    raw = found.answers.get(question.answer)
    if question.names and raw is None:
        names = ", ".join(sorted(question.names))
        cause = f"the cell {question.answer} is missing, and no other cell defines {names}"
        return Item(made.grade_id, made.exercise, made.points, verdict="missing", cause=cause)
    if question.names and raw is not None and raw.too_long:
        cause = f"the answer has more than {MAX_SOURCE:,} characters"
        return Item(made.grade_id, made.exercise, made.points, verdict="unreadable", cause=cause)
    return Item(
        made.grade_id, made.exercise, made.points, question.expression, program.sources(question)
    )


def _manual(mine: MasterCell, found: Matches) -> Manual:
    raw = found.answers.get(mine.grade_id)
    if raw is None:
        return Manual(mine.grade_id, mine.points, "", False)
    changed = not same_text(raw.source, mine.source)
    return Manual(mine.grade_id, mine.points, raw.source, changed)


# The notebook for people.


def _notebook(master: Master, placed: list[_Placed]) -> NotebookNode:
    cells = [_notebook_cell(entry) for entry in placed]
    return NotebookNode(
        cells=cells,
        metadata=_node(json.loads(master.metadata)),
        nbformat=4,
        nbformat_minor=5,
    )


def _notebook_cell(entry: _Placed) -> NotebookNode:
    kind = entry.mine.kind if entry.mine else entry.raw.kind if entry.raw else "raw"
    made = NotebookNode(
        cell_type=kind,
        id=entry.mine.id if entry.mine else f"learner-{entry.number}",
        metadata=_node(json.loads(entry.mine.metadata) if entry.mine else {}),
        source=entry.source,
    )
    if kind == "code":
        made.execution_count = None
        made.outputs = []
    return made


def _node(plain: Any) -> Any:
    """Dictionaries as nbformat's own kind, all the way down."""
    if isinstance(plain, dict):
        return NotebookNode({key: _node(value) for key, value in plain.items()})
    return [_node(value) for value in plain] if isinstance(plain, list) else plain
