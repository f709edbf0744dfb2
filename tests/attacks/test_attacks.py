"""Every attack of this folder, handed in by a student of one class and graded for real.

All are graded in two runs, one of folders and one of zips, with honest learners among them. What an
attack deserves stands in its own file; what nobody may get, wherever it comes from, is in here.
"""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from attacking import (
    LESSON,
    ONE_LINE,
    Attack,
    Canaries,
    Listener,
    Place,
    attacks,
    fingerprint,
    marked,
    new_canaries,
    processes_with,
)
from nbgrader.api import Gradebook

from benchmarks.submissions import Lesson, answers_to, as_submission, read_lesson, submit
from helpers import storage
from helpers.authoring.classroom import init_class
from helpers.authoring.release import as_bytes
from helpers.authoring.settings import COURSE_ID, SECRET
from helpers.grading.core import Limits, Record
from helpers.grading.engine import Order, grade_class
from helpers.grading.progress import Event, Lines
from helpers.grading.records import Records
from helpers.grading.reports.write import write_reports
from helpers.places import repository

SECRET_OF_CLASS = "2019" * 16
SEED = 8_104_372_659_173_055_291
#: Short, because some attacks use all of it; long enough for an honest item on a busy machine.
LIMITS = Limits(item_seconds=12, submission_seconds=120, cpu_seconds=15, memory_mb=800, disk_mb=32)
ALL = attacks()
EXERCISES = ("wall.accuracy", "wall.evaluate", "wall.seed_everything", "wall.class_weights")
HONEST = ("honest", "zealous")


@dataclass
class Battlefield:
    """What is left when all attacks have been graded."""

    place: Place
    lesson: Lesson
    canaries: Canaries
    zips: Path
    before: dict[str, dict[str, tuple[Any, ...]]]
    after: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=dict)
    printed: str = ""
    events: list[Event] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  #: processes
    came: list[str] = field(default_factory=list)  #: connections
    own_files: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def record(self, student: str) -> Record | None:
        """Return what counts for a student."""
        found = Records(self.place.classroom)
        standing = found.standing(LESSON, student)
        if standing is None or not standing.key:
            return None
        return found.find(LESSON, student, standing.key)

    def refusal(self, attack: Attack) -> str:
        """Return why nothing was graded: as the class's folder says, and as was said."""
        standing = Records(self.place.classroom).standing(LESSON, attack.student)
        if standing:
            return standing.refused
        # Nobody can be told by such a name, so there is nobody to keep it for.
        mine = ("", attack.student)
        causes = [e.cause for e in self.events if e.student in mine and e.state == "refused"]
        return next((cause for cause in causes if re.search(attack.says("REFUSED"), cause)), "")

    def texts(self, student: str) -> str:
        """Return all that the grader wrote about a student."""
        words = []
        for folder in ("autograded", "report", ".course/records", ".course/current"):
            for path in (self.place.classroom / folder).rglob("*"):
                if path.is_file() and student in str(path.relative_to(self.place.classroom)):
                    words.append(path.read_text("utf-8", "replace"))
        return "\n".join(words)


def _class_of_canaries(folder: Path, canaries: Canaries) -> Lesson:
    """Make a class with one lesson; hide a canary wherever a grader keeps something."""
    root = folder / "house"
    (root / "solutions").mkdir(parents=True)
    shutil.copy(repository() / "solutions" / f"{LESSON}.py", root / "solutions")
    classroom = folder / "class"
    init_class(classroom, root, secret=SECRET_OF_CLASS)
    lesson = read_lesson(classroom, LESSON)
    (classroom / SECRET).parent.mkdir(mode=0o700, exist_ok=True)
    (classroom / SECRET).write_text(SECRET_OF_CLASS + "\n")
    with Gradebook(f"sqlite:///{classroom / 'gradebook.db'}", COURSE_ID) as gradebook:
        gradebook.add_student("somebody", first_name=canaries.values["gradebook"])
    source = classroom / "source" / LESSON / f"{LESSON}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    for cell in notebook.cells:
        if "### BEGIN SOLUTION" in cell.source:
            mark = f"### BEGIN SOLUTION\n    # {canaries.values['solution']}"
            cell.source = cell.source.replace("### BEGIN SOLUTION", mark)
    source.write_bytes(as_bytes(notebook))
    records = classroom / ".course" / "records" / LESSON
    records.mkdir(parents=True)
    (records / "somebody--0123456789abcdef.json").write_text(canaries.values["records"])
    return lesson


def _place(folder: Path, canaries: Canaries, listener: Listener, lesson: Lesson) -> Place:
    """Say where things are, for the code of the attacks."""
    canary_file = folder / "diary.txt"
    canary_file.write_text(canaries.values["file"])
    submitted = folder / "submitted"
    submitted.mkdir()
    seeds = [f"int('{str(canaries.seed)[::-1]}'[::-1])"]
    for task in lesson.tasks:
        value = canaries.values[f"seed of {task.exercise}"]
        seeds.append(f"int('{value[::-1]}'[::-1])")
    words = {
        "CLASS": str(folder / "class"),
        "SUBMITTED": str(submitted),
        "CANARY_FILE": str(canary_file),
        "MARK": canaries.mark,
        "PORT": str(listener.port),
        "ADDRESS": _address(),
        "ABSTRACT": listener.abstract,
        "SOCKET": str(listener.path),
        "REPO": str(repository()),
        "CACHE": str(storage.cache_folder()),
        "SEEDS": ", ".join(seeds),
    }
    return Place(folder / "class", submitted, canary_file, words)


def _address() -> str:
    import socket

    with contextlib.suppress(OSError):
        return socket.gethostbyname(socket.gethostname())
    return "127.0.0.1"


def _honest(lesson: Lesson, canaries: Canaries) -> Iterator[Any]:
    """Make two honest learners; one has written a canary into the work."""
    yield as_submission("honest", lesson, lesson.solutions())
    other = {
        task.grade_id: next(a.code for a in answers_to(task.exercise) if not a.finding)
        + f"\n# {canaries.values['neighbour']}\n"
        for task in lesson.tasks
    }
    yield as_submission("zealous", lesson, other)


class Ear(Lines):
    """Says what happens, and remembers it."""

    def __init__(self) -> None:
        self.said = io.StringIO()
        self.events: list[Event] = []
        super().__init__(self.said)

    def event(self, event: Event) -> None:
        """Note what became of one submission."""
        self.events.append(event)
        super().event(event)


def _grade(battle: Battlefield, submissions: Path, no_sandbox: bool = False) -> None:
    """Grade a folder of submissions with two workers, in the sandbox unless told otherwise."""
    ear = Ear()
    order = Order(
        submissions, battle.place.classroom, LESSON,
        workers=2, seed=SEED, limits=LIMITS, no_sandbox=no_sandbox,
    )  # fmt: skip
    grade_class(order, ear)
    battle.printed += ear.said.getvalue()
    battle.events += ear.events


@pytest.fixture(scope="session")
def field_of_battle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Battlefield]:
    """Grade everything, once."""
    if shutil.which("bwrap") is None:
        pytest.skip("no bubblewrap: the attacks would be real")
    folder = tmp_path_factory.mktemp("attacks")
    listener = Listener(folder)
    canaries = new_canaries(SEED, SECRET_OF_CLASS, EXERCISES)
    lesson = _class_of_canaries(folder, canaries)
    place = _place(folder, canaries, listener, lesson)
    zips = folder / "zips"
    zips.mkdir()
    submit(place.submitted, LESSON, list(_honest(lesson, canaries)))
    lie = {attack.name: attack.hand_in(lesson, place, zips) for attack in ALL}
    lie |= {name: place.submitted / name for name in HONEST}
    before = {name: fingerprint(path) for name, path in lie.items()}
    battle = Battlefield(place, lesson, canaries, zips, before)
    battle.own_files = _files_of_the_course()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_OF_THE_GRADER", canaries.values["environment"])
        for submissions in (place.submitted, zips):
            _grade(battle, submissions)
        write_reports(place.classroom)
    battle.left = processes_with(canaries.mark)
    battle.came = list(listener.came)
    battle.after = {name: fingerprint(path) for name, path in lie.items()}
    yield battle
    listener.close()


def _files_of_the_course() -> dict[str, tuple[Any, ...]]:
    """Return what the course's and the libraries' files are that attacks would change."""
    import IPython
    import torch

    found = {}
    for path in (repository() / "helpers" / "checks", repository() / "helpers" / "grading"):
        found |= {k: v for k, v in fingerprint(path).items() if k.endswith(".py")}
    for package in (torch, IPython):
        found |= fingerprint(Path(str(package.__file__)))
    return found


def _one_line(text: str) -> bool:
    return ONE_LINE.fullmatch(text) is not None


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves(attack: Attack, field_of_battle: Battlefield) -> None:
    record = field_of_battle.record(attack.student)
    if record is None:
        cause = field_of_battle.refusal(attack)
        assert attack.may_be_refused, f"refused: {cause}"
        assert _one_line(cause) and re.search(attack.says("REFUSED"), cause), cause
        return
    if {result.verdict for result in record.results} == {"unreadable"}:
        assert attack.may_be_refused, record.results[0].message
        line = record.results[0].message
        assert _one_line(line) and re.search(attack.says("REFUSED"), line), line
        return
    assert attack.may_be_graded
    points = field_of_battle.lesson.points
    assert {result.grade_id for result in record.results} == set(points)
    for result in record.results:
        allowed = attack.expected.get(result.grade_id, "correct").split("|")
        said = f"{result.grade_id}: {result.verdict}, {result.finding}: {result.message}"
        assert result.verdict in allowed, said
        right = result.verdict == "correct"
        assert result.points == (points[result.grade_id] if right else 0), said
        if not right:
            assert _one_line(result.message), said
            line = " ".join([result.finding, result.message, result.cause])
            assert re.search(attack.says("CAUSE") or ".", line), said


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_an_attack_learns_nothing_and_tells_nothing(
    attack: Attack, field_of_battle: Battlefield
) -> None:
    written = field_of_battle.texts(attack.student)
    assert field_of_battle.canaries.found_in(written) == []
    record = field_of_battle.record(attack.student)
    if forbidden := attack.says("FORBIDDEN"):
        printed = "\n".join(result.printed for result in record.results) if record else ""
        assert not re.search(forbidden, printed), printed


@pytest.mark.parametrize("attack", ALL, ids=lambda attack: attack.name)
def test_what_was_handed_in_stays_as_it_was(attack: Attack, field_of_battle: Battlefield) -> None:
    assert field_of_battle.after[attack.name] == field_of_battle.before[attack.name]


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_neighbour_loses_nothing(student: str, field_of_battle: Battlefield) -> None:
    record = field_of_battle.record(student)
    assert record is not None
    verdicts = {result.grade_id: result.verdict for result in record.results}
    assert set(verdicts.values()) == {"correct"}, verdicts
    earned = {result.grade_id: result.points for result in record.results}
    assert earned == field_of_battle.lesson.points
    assert field_of_battle.after[student] == field_of_battle.before[student]


def test_the_gradebook_says_what_the_records_say(field_of_battle: Battlefield) -> None:
    url = f"sqlite:///{field_of_battle.place.classroom / 'gradebook.db'}"
    with Gradebook(url, COURSE_ID) as gradebook:
        for student in (*HONEST, *(attack.student for attack in ALL)):
            record = field_of_battle.record(student)
            if record is None:
                continue
            submission = gradebook.find_submission_notebook(LESSON, LESSON, student)
            kept = {g.name: g.auto_score for g in submission.grades if g.cell_type == "code"}
            assert kept == {r.grade_id: r.points for r in record.results}, student


def test_the_gradebook_is_whole_and_nobody_was_added(field_of_battle: Battlefield) -> None:
    base = sqlite3.connect(field_of_battle.place.classroom / "gradebook.db")
    assert base.execute("pragma integrity_check").fetchone() == ("ok",)
    (name,) = base.execute("select first_name from student where id = 'somebody'").fetchone()
    assert name == field_of_battle.canaries.values["gradebook"]
    known = {"somebody", *HONEST, *(attack.student for attack in ALL)}
    assert {row[0] for row in base.execute("select id from student")} <= known


def test_nothing_was_written_outside(field_of_battle: Battlefield) -> None:
    place = field_of_battle.place
    folders = [
        place.classroom,
        *place.classroom.rglob("*"),
        place.submitted,
        place.submitted.parent,
    ]
    folders += [Path(p) for p in ("/tmp", "/var/tmp", "/dev/shm", "/etc", "/usr/lib", "/home", "/")]
    folders += [Path.home(), repository(), repository() / "helpers", storage.cache_folder()]
    assert marked(field_of_battle.canaries.mark, {f for f in folders if f.is_dir()}) == []
    assert place.canary_file.read_text() == field_of_battle.canaries.values["file"]
    assert _files_of_the_course() == field_of_battle.own_files


def test_nobody_came_to_the_door(field_of_battle: Battlefield) -> None:
    assert field_of_battle.came == []


def test_no_process_is_left(field_of_battle: Battlefield) -> None:
    assert field_of_battle.left == []


def test_what_the_grader_printed_is_harmless(field_of_battle: Battlefield) -> None:
    assert field_of_battle.canaries.found_in(field_of_battle.printed) == []
    assert "\x1b[2J" not in field_of_battle.printed and "\x1b]" not in field_of_battle.printed


def test_the_table_of_grades_is_harmless(field_of_battle: Battlefield) -> None:
    import csv

    text = (field_of_battle.place.classroom / "report" / "grades.csv").read_text("utf-8")
    assert field_of_battle.canaries.found_in(text) == []
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), row
            assert "\x1b" not in cell and "\n" not in cell, row


def test_no_script_of_a_submission_is_in_a_report(field_of_battle: Battlefield) -> None:
    pages = list((field_of_battle.place.classroom / "report").rglob("*.html"))
    assert len(pages) >= len(HONEST)
    for page in pages:
        text = page.read_text("utf-8")
        for harm in ("<script>document", 'onerror="document', "<iframe", "<svg onload", "<form "):
            assert harm not in text, page
        assert not re.search(r"href=[\"']?\s*javascript:", text, re.IGNORECASE), page


def test_the_canaries_sing_without_a_sandbox(tmp_path: Path) -> None:
    """The same canaries, where nothing keeps two attacks from them that only read."""
    listener = Listener(tmp_path)
    canaries = new_canaries(SEED, SECRET_OF_CLASS, EXERCISES)
    lesson = _class_of_canaries(tmp_path, canaries)
    place = _place(tmp_path, canaries, listener, lesson)
    submit(place.submitted, LESSON, list(_honest(lesson, canaries)))
    curious = [a for a in ALL if a.name in ("reading/class_files", "reading/environment")]
    before = {a.name: fingerprint(a.hand_in(lesson, place, tmp_path)) for a in curious}
    battle = Battlefield(place, lesson, canaries, tmp_path, before)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY_OF_THE_GRADER", canaries.values["environment"])
        _grade(battle, place.submitted, no_sandbox=True)
    listener.close()
    record = battle.record("reading-class_files")
    assert record is not None and "FOUND" in record.results[0].printed
    sung = set(canaries.found_in(battle.texts("reading-class_files")))
    assert {"file", "gradebook", "solution", "secret", "neighbour"} <= sung
    # Workers may have the environment of an earlier run, with its canary.
    record = battle.record("reading-environment")
    assert record is not None and "CANARY_OF_THE_GRADER" in record.results[0].printed


def test_attacks_are_written_as_they_should_be() -> None:
    for attack in ALL:
        assert attack.what and "\n" not in attack.what, attack.name
        assert attack.says("EXPECTED") is not None or attack.says("REFUSED"), attack.name
    assert len({attack.student for attack in ALL}) == len(ALL)
