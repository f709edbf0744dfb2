"""Tables of results: each of their cells is compared with its own entry of the record.

A record holds hundreds of numbers, so that a wrong one easily finds its like somewhere. A note
below a table says for each row and each column what is meant; `{}` stands for what the row names,
`-` for a column that holds no results:

    <!-- from benchmarks.head; rows: linear | whole; columns: {} at 0.001/test/mean | - -->

The first column of a table is its rows' labels, and has no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NOTE = re.compile(r"<!--\s*from benchmarks\.(\w+);\s*rows:(.*?);\s*columns:(.*?)-->", re.S)
_TABLE = re.compile(r"^\|.*\|$(?:\n^\|.*\|$)+", re.M)
NO_RESULTS = "-"


@dataclass(frozen=True)
class Entry:
    """One cell of a table: where it stands, what is written there, what it should be."""

    record: str
    place: int
    text: str
    pattern: str


@dataclass(frozen=True)
class Table:
    """A table of results with its note.

    Attributes:
        place: of the note.
        start, end: of the rows with results, without the head of the table.
        rows: what each row is in the record; columns: the pattern of each.
    """

    record: str
    place: int
    start: int
    end: int
    lines: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def misfit(self) -> str:
        """What of the note does not fit the table; "" if all does."""
        if len(self.rows) != len(self.lines):
            return f"names {len(self.rows)} rows, the table above it has {len(self.lines)}"
        for line in self.lines:
            if len(_cells(line)) - 1 != len(self.columns):
                return f"names {len(self.columns)} columns, the table above it has more or fewer"
        return ""

    def entries(self) -> Iterator[Entry]:
        """The cells that hold results."""
        place = self.start
        for line, row in zip(self.lines, self.rows, strict=True):
            for text, column in zip(_cells(line)[1:], self.columns, strict=True):
                if column != NO_RESULTS:
                    yield Entry(self.record, place, text, column.replace("{}", row))
            place += len(line) + 1


def tables(text: str) -> Iterator[Table]:
    """The tables of a cell that have a note; the note belongs to the table before it."""
    for note in _NOTE.finditer(text):
        before = [found for found in _TABLE.finditer(text) if found.end() <= note.start()]
        if not before:
            continue
        head = before[-1][0].split("\n")[:2]
        start = before[-1].start() + sum(len(line) + 1 for line in head)
        lines = tuple(text[start : before[-1].end()].split("\n"))
        yield Table(
            note[1], note.start(), start, before[-1].end(), lines, _parts(note[2]), _parts(note[3])
        )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
