"""The report says what was measured, and a part of the tests does not pass for the whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from checks import report
from checks.figures import AnswerFigures, MutantFigures

ANSWERS = [
    AnswerFigures("a/f/code", "a.f", False, 1, 3, 0, [0.1, 0.2, 0.3], [0.1, 0.1, 0.1]),
    AnswerFigures("a/f/one+two", "a.f", False, 2, 3, 1, [9.0, 0.2, 0.2], [0.1, 0.1, 0.1]),
    AnswerFigures("a/f/right_x", "a.f", True, 0, 3, 0, [0.2, 0.2, 0.5], [0.1, 0.1, 0.1]),
    AnswerFigures("b/g/code", "b.g", False, 1, 3, 2, [0.2, 0.2, 0.2], [0.1, 0.1, 0.1]),
]
SAME = {"was": "x = 1\ny = 2", "now": "x = 1", "why": "nobody asks for y"}
SURVIVES = {"was": "z = 1", "now": "z = 2", "why": ""}
MUTANTS = [
    MutantFigures("a.f", 20, 10, 8, 7, [SAME], [SURVIVES], 2),
    MutantFigures("b.g", 10, 10, 10, 10, [], [], 2),
]
LINES = [one.plain() for one in [*reversed(ANSWERS), *MUTANTS]]
MACHINE = {
    "date": "2026-11-30", "cores": 2, "processor": "x86_64", "load": 1.0,
    "python": "3", "torch": "2",
}  # fmt: skip


def test_the_end_of_a_run_counts_what_ran() -> None:
    lines = "\n".join(report.summary(json.loads(json.dumps(LINES)), long=False))
    assert "exercises        2" in lines
    assert "1 of 2 caught with the intended finding, 3 seeds each" in lines
    assert "0 of 1 caught with both" in lines
    assert "1 of 1 accepted" in lines
    assert "90.0%: 18 of 20 mutants caught, 1 survive and are explained, 1 unexplained" in lines
    assert "0.200 s (median of 12, one thread" in lines
    assert "0.50 s the slowest of a right answer, a/f/right_x" in lines


def test_mutants_alone_say_nothing_of_answers() -> None:
    lines = report.summary([one.plain() for one in MUTANTS], long=False)
    assert not any("answers" in line or "check takes" in line for line in lines)


def test_a_long_run_of_a_part_of_an_exercise_writes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "_save", lambda *_: pytest.fail("written"))
    assert report.summary(LINES, long=True)[-1].startswith("nothing is added to ")


def test_a_long_run_of_an_exercise_stands_beside_what_was_said_of_it(tmp_path: Path) -> None:
    report.write(report.Report(LINES), MACHINE, tmp_path)
    before = json.loads((tmp_path / "report.json").read_text("utf-8"))
    mended = report.Report([replace(ANSWERS[3], missed=0).plain(), *LINES[1:]])
    assert report.amend(mended, ["b.g"], MACHINE | {"date": "2026-12-24"}, tmp_path)
    after = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert after["again"].keys() == {"b.g"} and after["exercises"] == before["exercises"]
    text = (tmp_path / "REPORT.md").read_text("utf-8")
    assert "| b.g | 0/1 |" in text and "| b.g, 2026-12-24 | 1/1 |" in text


@pytest.mark.parametrize("written", [False, True])
def test_a_run_with_other_seeds_adds_nothing(written: bool, tmp_path: Path) -> None:
    if written:
        report.write(report.Report(LINES), MACHINE, tmp_path)
    fewer = AnswerFigures("b/g/code", "b.g", False, 1, 2, 0, [0.2], [0.1]).plain()
    assert report.amend(report.Report([fewer]), ["b.g"], MACHINE, tmp_path) == []


def test_missing_is_what_was_not_judged() -> None:
    measured = report.Report(LINES)
    assert measured.missing([one.name for one in ANSWERS], ["a.f", "b.g"]) == []
    assert measured.missing(["a/f/code", "c/h/new"], ["a.f", "c.h"]) == ["c/h/new", "c.h"]


def test_the_page_names_every_miss_and_every_survivor(tmp_path: Path) -> None:
    written = report.write(report.Report(LINES), MACHINE, tmp_path)
    assert [path.name for path in written] == ["report.json", "REPORT.md"]
    text = (tmp_path / "REPORT.md").read_text("utf-8")
    assert report.page(json.loads((tmp_path / "report.json").read_text("utf-8"))) == text
    assert "- b/g/code: 2 of 3 seeds" in text
    assert "- a.f: `x = 1 ⏎ y = 2` → `x = 1`: nobody asks for y" in text
    assert "- a.f: `z = 1` → `z = 2`\n" in text
    assert "| a.f | 1/1 | 0/1 | 1/1 | 10 | 8 | 1 | 80.0% |" in text
