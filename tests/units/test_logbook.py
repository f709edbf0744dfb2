"""The logbook: append-only, shared, forgiving."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest
import torch

from helpers.errors import CourseError
from helpers.training import History, Logbook
from helpers.training.logbook import best_runs


@pytest.fixture(autouse=True)
def no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_LOGBOOK", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def test_what_is_recorded_is_found_again(tmp_path: Path) -> None:
    book = Logbook.open(tmp_path / "logbook.jsonl")
    book.record("00_the_wall", "wall", valid=torch.tensor(0.9), test=0.91, seeds=[1, 2])
    book.record("01_augmentation", "field", valid=0.95)
    again = Logbook.open(tmp_path / "logbook.jsonl")
    assert [entry["name"] for entry in again.entries()] == ["wall", "field"]
    (entry,) = again.entries(lesson="00_the_wall")
    assert entry["figures"] == {"valid": pytest.approx(0.9), "test": 0.91, "seeds": [1, 2]}
    assert again.entries(name="nothing") == []


def test_prediction_and_measurement_meet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Logbook.open(tmp_path / "logbook.jsonl")
    book.predict("accuracy in %", 80)
    book.predict("accuracy in %", 85)
    book.compare("accuracy in %", torch.tensor(89.5))
    book.compare("how long", "a minute")
    lines = capsys.readouterr().out.splitlines()
    assert lines[2] == "accuracy in %: you predicted 85, measured 89.5 (+4.5)."
    assert lines[3] == "how long: measured a minute (no prediction was stored)."
    assert book.entries() == []


@pytest.mark.parametrize("run", ["autograde", "validate"])
def test_a_run_of_nbgrader_is_not_the_learners(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    run: str,
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", run)
    book = Logbook.open(tmp_path / "logbook.jsonl")
    book.record("00_the_wall", "wall", valid=0.9)
    assert not book.path.exists()
    assert [entry["name"] for entry in book.entries()] == ["wall"]
    assert capsys.readouterr().out == ""


def test_broken_lines_are_skipped_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "logbook.jsonl"
    book = Logbook.open(path)
    book.record("a", "one")
    with path.open("ab") as file:
        file.write(b'[1, 2]\n{"kind": "run"}\n\xff\xfe\n{"kind": "run", "lesson": "a", "na')
    book.record("a", "two")
    assert [entry["name"] for entry in book.entries()] == ["one", "two"]
    out = capsys.readouterr()
    assert "4 line(s)" in out.out and out.err == ""


def _write_many(path: str, who: int) -> None:
    book = Logbook.open(path)
    for number in range(40):
        book.record("race", f"{who}", number=number, text="x" * 500)


def test_two_processes_do_not_tear_each_others_lines(tmp_path: Path) -> None:
    path = str(tmp_path / "logbook.jsonl")
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(path, who)) for who in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    entries = Logbook.open(path).entries()
    assert len(entries) == 80
    for who in "01":
        assert [e["figures"]["number"] for e in entries if e["name"] == who] == list(range(40))


def test_a_place_that_cannot_be_written_costs_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("a file where a folder should be")
    book = Logbook.open(blocker / "logbook.jsonl")
    book.record("a", "one")
    book.record("a", "two")
    out = capsys.readouterr()
    assert out.out.count("\n") == 1 and "COURSE_LOGBOOK" in out.out and out.err == ""
    capsys.readouterr()
    assert [entry["name"] for entry in book.entries()] == ["one", "two"]


def test_a_disk_that_fills_up_in_the_middle_of_a_line_loses_no_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Logbook.open(tmp_path / "logbook.jsonl")
    book.record("a", "one")
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, block: whole(file, block[: len(block) // 2]))
    book.record("a", "two")
    assert "no space left" in capsys.readouterr().out
    assert [entry["name"] for entry in book.entries()] == ["one", "two"]


@pytest.mark.parametrize(
    ("cwd", "existing", "expected"),
    [
        ("course/00_the_wall", None, "course/logbook.jsonl"),
        ("course/00_the_wall", "logbook.jsonl", "logbook.jsonl"),
        ("course/00_the_wall", "course/00_the_wall/logbook.jsonl",
         "course/00_the_wall/logbook.jsonl"),
        ("elsewhere", None, "elsewhere/logbook.jsonl"),
    ],
)  # fmt: skip
def test_where_it_lies(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cwd: str,
    existing: str | None,
    expected: str,
) -> None:
    (tmp_path / cwd).mkdir(parents=True)
    if existing:
        (tmp_path / existing).touch()
    monkeypatch.chdir(tmp_path / cwd)
    assert Logbook.open().path == tmp_path / expected


def test_the_environment_chooses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_LOGBOOK", str(tmp_path / "new" / "mine.jsonl"))
    Logbook.open().record("a", "one", history=History().as_dict(), share=float("nan"))
    (line,) = (tmp_path / "new" / "mine.jsonl").read_text().splitlines()
    figures = json.loads(line)["figures"]
    assert figures["share"] is None and figures["history"]["epochs"] == []
    assert os.path.getsize(tmp_path / "new" / "mine.jsonl") == len(line) + 1


def test_only_plain_data(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="not Logbook"):
        book = Logbook.open(tmp_path / "logbook.jsonl")
        book.record("a", "one", me=book)
    assert not (tmp_path / "logbook.jsonl").exists()


def test_a_passed_check_is_noted_once_and_is_no_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = Logbook.open(tmp_path / "logbook.jsonl")
    book.record("a", "one", valid=0.9)
    for _ in range(3):
        book.note_passed("wall.accuracy")
    Logbook.open(book.path).note_passed("wall.evaluate")
    assert book.passed() == {"wall.accuracy", "wall.evaluate"}
    assert [entry["name"] for entry in book.entries()] == ["one"]
    assert len(book.path.read_text("utf-8").splitlines()) == 3
    assert capsys.readouterr().out == ""


def test_a_logbook_of_before_knows_no_checks(tmp_path: Path) -> None:
    path = tmp_path / "logbook.jsonl"
    path.write_text('{"kind": "run", "lesson": "a", "name": "one", "figures": {}, "time": ""}\n')
    assert Logbook.open(path).passed() == set()
    Logbook.open(path).note_passed("wall.accuracy")
    assert len(Logbook.open(path).entries()) == 1


def test_noting_a_check_says_nothing_of_broken_lines_or_places(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "logbook.jsonl"
    path.write_bytes(b"\xff broken\n")
    Logbook.open(path).note_passed("wall.accuracy")
    assert Logbook.open(path).passed() == {"wall.accuracy"}
    for place in (path / "below.jsonl", tmp_path):
        book = Logbook.open(place)
        book.note_passed("wall.accuracy")
        assert book.passed() == {"wall.accuracy"}
    assert capsys.readouterr().out == ""


def test_the_best_run_of_each_lesson() -> None:
    def run(lesson: str, name: str, **figures: object) -> dict[str, object]:
        return {"lesson": lesson, "name": name, "figures": figures}

    entries = [
        run("01_b", "low", valid=0.9),
        run("00_a", "only", valid=0.8),
        run("01_b", "high", valid=0.95),
        run("01_b", "broken", valid=float("nan")),
        run("02_c", "other", test=0.99),
        run("03_d", "words", valid="much"),
    ]
    best = best_runs(entries, "valid")
    assert {lesson: entry["name"] for lesson, entry in best.items()} == {
        "00_a": "only",
        "01_b": "high",
    }
    assert list(best) == ["00_a", "01_b"]
