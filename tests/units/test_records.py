"""Records: whole or absent, found again by all that they depend on, nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from helpers.grading import records
from helpers.grading.core import Limits, Record, Result
from helpers.grading.records import (
    Records,
    Standing,
    context_of,
    file_name,
    record_key,
    sources_identity,
)

KEY = "0123456789abcdef" * 4


def a_record(student: str = "ada", key: str = KEY) -> Record:
    result = Result("wall-accuracy", "wall.accuracy", "wrong", 0, 2, printed="é\n")
    return Record(key, student, "00_the_wall", (result,), answers={"wall-accuracy": "x = '\ud800'"})


def test_a_record_is_found_by_its_key_alone(tmp_path: Path) -> None:
    kept = Records(tmp_path)
    assert kept.find("00_the_wall", "ada", KEY) is None
    kept.save(a_record())
    found = kept.find("00_the_wall", "ada", KEY)
    assert found is not None
    assert found.results == a_record().results
    assert kept.find("00_the_wall", "ada", "f" * 64) is None
    assert kept.find("00_the_wall", "bob", KEY) is None
    # The same beginning of a key is not the same key.
    assert kept.find("00_the_wall", "ada", KEY[:16] + "f" * 48) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"engine": 0}', '"x"', "null", "{}"])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    kept = Records(tmp_path)
    path = kept.save(a_record())
    path.write_text(text)
    assert kept.find("00_the_wall", "ada", KEY) is None


def test_every_ingredient_gives_another_key() -> None:
    limits = Limits()
    contexts = [
        context_of("m", 1, "s", limits, True, "c"),
        context_of("n", 1, "s", limits, True, "c"),
        context_of("m", 2, "s", limits, True, "c"),
        context_of("m", 1, "t", limits, True, "c"),
        context_of("m", 1, "s", replace(limits, item_seconds=1), True, "c"),
        context_of("m", 1, "s", limits, False, "c"),
        context_of("m", 1, "s", limits, True, "d"),
    ]
    keys = [record_key(b"{}", {}, context) for context in contexts]
    keys += [
        record_key(b"{ }", {}, contexts[0]),
        record_key(b"{}", {"a": b"b"}, contexts[0]),
        record_key(b"{}", {"ab": b""}, contexts[0]),
        record_key(b"{}", {"b": b"a"}, contexts[0]),
    ]
    assert len(set(keys)) == len(keys)
    assert record_key(b"{}", {"a": b"1", "b": b"2"}, "c") == record_key(
        b"{}", {"b": b"2", "a": b"1"}, "c"
    )


def test_the_context_shows_neither_seed_nor_secret() -> None:
    context = context_of("m", 123456789, "abcdef" * 8, Limits(), True, "c")
    assert "123456789" not in context
    assert "abcdef" not in context


def test_sources_identity_follows_the_code_that_judges(tmp_path: Path) -> None:
    (tmp_path / "checks" / "wall").mkdir(parents=True)
    (tmp_path / "plots").mkdir()
    judge = tmp_path / "checks" / "wall" / "accuracy.py"
    judge.write_bytes(b"a = 1\n")
    before = sources_identity(tmp_path)
    (tmp_path / "plots" / "bars.py").write_text("b = 1\n")
    judge.with_suffix(".pyc").write_text("compiled")
    assert sources_identity(tmp_path) == before
    judge.write_bytes(b"a = 1\r\n")
    assert sources_identity(tmp_path) == before
    judge.write_bytes(b"a = 2\n")
    assert sources_identity(tmp_path) != before


#: Modules of grading on which no verdict depends.
AROUND = {
    "__init__", "autograded", "class_settings", "classes", "connection", "core", "dispatch",
    "engine", "gradebook", "harmless", "intake", "marks", "progress", "records", "roster", "rows",
    "trees", "workers",
}  # fmt: skip


def test_every_module_of_grading_is_known_to_judge_or_not() -> None:
    """A new one goes into JUDGING, or into the list above (core has a version of its own)."""
    root = Path(records.__file__).parent
    judging = {Path(name).stem for name in records.JUDGING if name.startswith("grading/")}
    assert judging | AROUND == {path.stem for path in root.glob("*.py")}
    assert all((root.parent / name).exists() for name in records.JUDGING)


def test_what_counts_is_what_was_settled_last(tmp_path: Path) -> None:
    kept = Records(tmp_path)
    kept.save(a_record())
    assert list(kept.current()) == []
    kept.settle(Standing("ada", "00_the_wall", KEY, "2026-01-01T00:00:00+00:00"))
    kept.settle(Standing("eve", "00_the_wall", "", "2026-01-01T00:00:00+00:00", "no notebook"))
    assert [record.student for record in kept.current("00_the_wall")] == ["ada"]
    newer = "f" * 64
    kept.save(a_record(key=newer))
    assert [record.key for record in kept.current()] == [KEY]
    kept.settle(Standing("ada", "00_the_wall", newer, "2026-01-02T00:00:00+00:00"))
    assert [record.key for record in kept.current()] == [newer]
    assert kept.find("00_the_wall", "ada", KEY) is not None
    assert [found.refused for found in kept.standings()] == ["", "no notebook"]


def test_nobody_else_reads_the_records(tmp_path: Path) -> None:
    Records(tmp_path).save(a_record())
    assert (tmp_path / ".course").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "student",
    ["ada", "ada.lovelace@example.org", "Ünal Çelik", "..", ".", "a/b", "a--b", "a---b", "a\\b",
     "a\0b", "a\nb", "", "con:", "%2e", "x" * 400, "é" * 300],
)  # fmt: skip
def test_any_student_becomes_one_harmless_name(tmp_path: Path, student: str) -> None:
    name = file_name(student)
    assert not {"/", "\\", "\0", "\n"} & set(name)
    assert "--" not in name
    assert not name.startswith(".")
    kept = Records(tmp_path)
    path = kept.save(a_record(student))
    assert path.parent == tmp_path / ".course" / "records" / "00_the_wall"
    assert kept.find("00_the_wall", student, KEY) is not None


def test_no_two_students_share_a_name() -> None:
    students = [
        "a b",
        "a-b",
        "a--b",
        "a---b",
        "a%2D-b",
        "a.b",
        "a/b",
        "a%2Fb",
        "x" * 200,
        "x" * 201,
    ]
    assert len({file_name(student) for student in students}) == len(students)
