"""The engine over a real class and its real gradebook; only the judging is quick."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grading_work import all_well, judge_by_name, no_sandbox_here

from helpers.authoring.classroom import init_class
from helpers.errors import CourseError
from helpers.grading.classes import WrongUse
from helpers.grading.engine import Order, grade_class
from helpers.grading.progress import Event, Summary
from helpers.grading.records import Records
from helpers.places import repository

WALL = "00_the_wall"


class Ear:
    """Keeps all that is said."""

    def __init__(self) -> None:
        self.events: dict[str, Event] = {}
        self.notes: list[str] = []

    def begin(self, total: int, workers: str) -> None:
        self.total = total

    def note(self, line: str) -> None:
        self.notes.append(line)

    def event(self, event: Event) -> None:
        self.events[event.student] = event

    def end(self, summary: Summary) -> None:
        self.summary = summary

    @property
    def states(self) -> dict[str, str]:
        return {student: event.state for student, event in self.events.items()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    (folder / "house" / "solutions").mkdir(parents=True)
    shutil.copy(repository() / "solutions" / f"{WALL}.py", folder / "house" / "solutions")
    init_class(folder / "class", folder / "house", secret="2019" * 16)
    return folder / "class"


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "class"))


def hand_in(room: Path, *students: str, content: bytes | None = None) -> Path:
    """Put the release, or something else, into a folder for each student."""
    release = (room / "release" / WALL / f"{WALL}.ipynb").read_bytes()
    folder = room.parent / "handed-in"
    for student in students:
        (folder / student / WALL).mkdir(parents=True, exist_ok=True)
        (folder / student / WALL / f"{WALL}.ipynb").write_bytes(content or release)
    return folder


def run(room: Path, submissions: Path, **more: Any) -> Ear:
    ear = Ear()
    order = Order(submissions, room, workers=2, seed=11)
    grade_class(order, ear, more.pop("work", judge_by_name), more.pop("examine", all_well))
    return ear


def scores(room: Path, student: str) -> set[float | None]:
    """Return the machine's scores of one student."""
    query = (
        "select g.auto_score from grade g join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment a on n.assignment_id = a.id "
        "join base_cell b on g.cell_id = b.id "
        "where a.student_id = ? and b.name not like '%reflection%'"
    )
    with closing(sqlite3.connect(room / "gradebook.db")) as database:
        return {score for (score,) in database.execute(query, (student,))}


def test_graded_then_unchanged(room: Path) -> None:
    submissions = hand_in(room, "right-a", "wrong-b")
    ear = run(room, submissions)
    assert ear.states == {"right-a": "graded", "wrong-b": "graded"}
    assert ear.total == 2
    assert ear.events["right-a"].points == ear.events["right-a"].max_points > 0
    assert ear.summary.holds == {"test": 2}
    assert (room / "submitted" / "right-a" / WALL / f"{WALL}.ipynb").is_file()
    assert (room / "autograded" / "right-a" / WALL / f"{WALL}.ipynb").is_file()
    assert run(room, submissions).states == {"right-a": "unchanged", "wrong-b": "unchanged"}


def test_where_nothing_is_new_nothing_needs_to_work(room: Path) -> None:
    submissions = hand_in(room, "right-a")
    run(room, submissions)
    assert run(room, submissions, examine=no_sandbox_here).states == {"right-a": "unchanged"}


def test_without_a_sandbox_nothing_is_graded_and_nothing_entered(room: Path) -> None:
    before = (room / "gradebook.db").read_bytes()
    with pytest.raises(CourseError, match="bubblewrap is not installed"):
        run(room, hand_in(room, "right-a"), examine=no_sandbox_here)
    assert (room / "gradebook.db").read_bytes() == before
    assert not (room / ".course" / "records").exists()


def test_the_classs_own_submissions_stay_where_they_are(room: Path) -> None:
    submissions = hand_in(room, "right-a")
    shutil.move(submissions, room / "submitted")
    assert run(room, room / "submitted").states == {"right-a": "graded"}
    assert not (room / ".course" / "replaced").exists()


def test_when_it_was_handed_in_comes_along(room: Path) -> None:
    submissions = hand_in(room, "right-a")
    stamp = b"2026-01-02 03:04:05 UTC"
    (submissions / "right-a" / WALL / "timestamp.txt").write_bytes(stamp)
    run(room, submissions)
    assert (room / "submitted" / "right-a" / WALL / "timestamp.txt").read_bytes() == stamp
    with closing(sqlite3.connect(room / "gradebook.db")) as database:
        ((said,),) = database.execute("select timestamp from submitted_assignment")
    assert said.startswith("2026-01-02 03:04:05")
    assert run(room, submissions).states == {"right-a": "unchanged"}


def test_a_file_that_is_no_notebook_is_named_and_scores_nothing(room: Path) -> None:
    hand_in(room, "eve", content=b"{ not json")
    ear = run(room, hand_in(room, "right-a"))
    assert ear.states == {"eve": "refused", "right-a": "graded"}
    assert ear.events["eve"].cause
    assert [event.student for event in ear.summary.troubles] == ["eve"]
    assert scores(room, "eve") == {0.0}


def test_what_intake_refuses_is_entered_once(room: Path) -> None:
    submissions = hand_in(room, "right-a")
    (submissions / "eve" / WALL).mkdir(parents=True)
    (submissions / "eve" / WALL / f"{WALL}.zip").write_bytes(b"no zip")
    for _ in range(2):
        ear = run(room, submissions)
        assert ear.states["eve"] == "refused"
    assert [found.student for found in Records(room).standings() if found.refused] in ([], ["eve"])


def test_a_grade_does_not_outlive_its_submission(room: Path) -> None:
    submissions = hand_in(room, "right-a")
    run(room, submissions)
    assert scores(room, "right-a") != {0.0}
    hand_in(room, "right-a", content=b"[]")
    assert run(room, submissions).states == {"right-a": "refused"}
    assert scores(room, "right-a") == {0.0}
    hand_in(room, "right-a")
    assert run(room, submissions).states == {"right-a": "entered"}
    assert 0.0 not in scores(room, "right-a")


def test_who_kills_the_workers_is_a_crash_and_is_tried_again_next_time(room: Path) -> None:
    submissions = hand_in(room, "kills-all", "right-a", "right-b", "right-c")
    for _ in range(2):
        ear = run(room, submissions)
        assert ear.states["kills-all"] == "failed"
        assert "killed" in ear.events["kills-all"].cause
        assert scores(room, "kills-all") == {0.0}
    (record,) = [one for one in Records(room).current() if one.student == "kills-all"]
    assert not record.final
    assert {result.verdict for result in record.results} == {"crash"}
    others = {state for student, state in ear.states.items() if student != "kills-all"}
    assert others == {"unchanged"}
    assert run(room, submissions, work=as_others).states["kills-all"] == "graded"


def test_where_grading_fails_the_gradebook_says_so_and_the_next_run_tries_again(
    room: Path,
) -> None:
    submissions = hand_in(room, "breaks-it", "right-a", "right-b")
    ear = run(room, submissions)
    assert ear.states == {"breaks-it": "failed", "right-a": "graded", "right-b": "graded"}
    (standing,) = [found for found in Records(room).standings() if found.refused]
    assert (standing.student, standing.refused) == ("breaks-it", "the sandbox died twice")
    assert run(room, submissions, work=as_others).states["breaks-it"] == "graded"


def as_others(package: bytes, settings: Mapping[str, Any]) -> str:
    """Grade even what kills and breaks."""
    for name in ("breaks-it", "kills-all"):
        package = package.replace(name.encode(), name.replace("-", "_").encode())
    record = judge_by_name(package, settings)
    return record.replace("breaks_it", "breaks-it").replace("kills_all", "kills-all")


def test_a_worker_that_mixes_up_two_submissions_stops_the_run(room: Path) -> None:
    with pytest.raises(CourseError, match="mixed up"):
        run(room, hand_in(room, "mixed-up"))
    assert list(Records(room).current()) == []


def test_a_gradebook_that_cannot_be_written_stops_the_run_and_the_records_stay(
    room: Path,
) -> None:
    submissions = hand_in(room, *[f"right-{letter}" for letter in "abcde"])
    (room / "gradebook.db").rename(room / "away.db")
    (room / "gradebook.db").mkdir()
    with pytest.raises(CourseError) as caught:
        run(room, submissions)
    assert "\n" not in str(caught.value)
    kept = len(list((room / ".course" / "records").rglob("*.json")))
    assert kept >= 3
    (room / "gradebook.db").rmdir()
    (room / "away.db").rename(room / "gradebook.db")
    states = list(run(room, submissions).states.values())
    assert sorted(states) == ["entered"] * kept + ["graded"] * (5 - kept)


@pytest.mark.parametrize("change", [{"lesson": "42"}, {"folder": "nowhere"}, {"submissions": "no"}])
def test_wrong_use_is_told_apart(room: Path, change: dict[str, str]) -> None:
    order = Order(
        room.parent / change.get("submissions", "class"),
        room.parent / change.get("folder", "class"),
        change.get("lesson"),
    )
    with pytest.raises(WrongUse):
        grade_class(order, Ear())
