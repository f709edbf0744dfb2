"""grades.csv: one row an item, safe to open in a spreadsheet.

The file begins with a byte order mark. Excel reads UTF-8 only with it, and a class list in which
José has become JosÃ© is worse than a mark: LibreOffice, Google Sheets, pandas and R skip it, and in
Python the encoding is called `utf-8-sig`.

A cell of text that a spreadsheet would take for a formula begins with an apostrophe, as OWASP
advises. Points are numbers and stay numbers; they are empty where a person has yet to grade.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from helpers import storage
from helpers.grading.reports.rows import Row
from helpers.grading.reports.text import one_line, visible

COLUMNS = ("student", "lesson", "exercise", "points", "max_points", "verdict", "finding", "message")

#: Excel takes the wide forms, too, in some of its languages.
_FORMULA = "=+\\-@\t\r\n＝＋－＠"
_BEGINS = re.compile(rf"\s*[{_FORMULA}]")
#: Where lists are separated by semicolons, as in half of Europe, a cell may begin in mid-text.
_WITHIN = re.compile(rf"([;\t|]\s*)(?=[{_FORMULA}])")


def neutralised(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula."""
    cell = _WITHIN.sub(r"\1'", visible(text))
    return f"'{cell}" if _BEGINS.match(cell) else cell


class GradesCsv(AbstractContextManager["GradesCsv"]):
    """Writes grades.csv: rows as they come, the file whole at the end or not at all."""

    def __init__(self, path: Path) -> None:
        """Begin; nothing is at `path` before the end of the `with` block."""
        self._path = path
        self._rows = tempfile.TemporaryFile()  # noqa: SIM115 (closed at the end of the block)
        self._text = io.TextIOWrapper(self._rows, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text, lineterminator="\n")
        self._writer.writerow(COLUMNS)

    def add(self, student: str, lesson: str, rows: Iterable[Row]) -> None:
        """Append the items of one submission."""
        for row in rows:
            self._write(
                student,
                lesson,
                row.exercise,
                "" if row.points is None else plain(row.points),
                plain(row.max_points),
                row.verdict,
                row.finding,
                row.message,
            )

    def add_refused(self, student: str, lesson: str, cause: str) -> None:
        """Append a submission that could not be graded: nothing is known of its items."""
        self._write(student, lesson, "", "", "", "unreadable", "", cause)

    def _write(
        self,
        student: str,
        lesson: str,
        exercise: str,
        points: str,
        max_points: str,
        *words: str,
    ) -> None:
        names = [neutralised(one_line(text, 200)) for text in (student, lesson, exercise)]
        said = [neutralised(one_line(text)) for text in words]
        self._writer.writerow([*names, points, max_points, *said])

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._text:
            if kind is None:
                self._text.flush()
                self._rows.seek(0)
                storage.write_atomically(
                    self._path, lambda file: shutil.copyfileobj(self._rows, file)
                )


def plain(points: float) -> str:
    """Return points as a number that every spreadsheet reads: 2, 0.5, 1.666667."""
    return f"{points:.6f}".rstrip("0").rstrip(".")
