"""The gradebook: what is entered is what nbgrader itself would have entered."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from gradebook_class import (
    DOTS,
    WALL,
    WRITTEN,
    answered,
    contents,
    dots,
    finding,
    make_class,
    open_book,
    score_by_hand,
    submit,
    wall,
)
from nbgrader import utils
from support import Classroom

from helpers.checks.core import SEVERITY
from helpers.errors import CourseError
from helpers.grading.autograded import outputs_of
from helpers.grading.core import Result
from helpers.grading.gradebook import GradebookWriter, read_timestamp

CAST = {"ada": ("number * 2", WRITTEN), "bob": ("number + 4", WRITTEN), "eve": (None, None)}
"""What three learners wrote: the code of the answer, and the words of the reflection."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a class that no test changes."""
    return make_class(tmp_path_factory.mktemp("made"))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a class of its own."""
    return Path(shutil.copytree(made, tmp_path / "class"))


@pytest.fixture(scope="module")
def stock(
    made: Path, tmp_path_factory: pytest.TempPathFactory, private_jupyter: dict[str, str]
) -> Classroom:
    """Return a class graded by nbgrader, a learner regraded after a person had looked."""
    target = tmp_path_factory.mktemp("stock") / "class"
    classroom = Classroom(Path(shutil.copytree(made, target)), private_jupyter)
    submit_all(classroom.folder)
    classroom.nbgrader("autograde", DOTS)
    return classroom


def submit_all(folder: Path) -> None:
    for student, (code, words) in CAST.items():
        submit(folder, student, DOTS, dots(folder, student, code, words).notebook)


def enter_all(folder: Path) -> None:
    with GradebookWriter(folder) as writer:
        for student, (code, words) in CAST.items():
            graded = dots(folder, student, code, words)
            assert writer.enter(graded.record, graded.notebook)


def copy_of(folder: Path, student: str, lesson: str = DOTS) -> Path:
    return folder / "autograded" / student / lesson / f"{lesson}.ipynb"


def said(folder: Path, where: str) -> str:
    return contents(folder)[f"{where}/comment"][0]


def test_it_enters_what_nbgrader_enters(folder: Path, stock: Classroom) -> None:
    enter_all(folder)
    ours, theirs = contents(folder), contents(stock.folder)
    comment = "bob/90_dots/answer-double/comment"
    assert ours.pop(comment) == ("It is not twice the number.", None)
    assert theirs.pop(comment) == (None, None)  # nbgrader has no words for what is wrong
    assert ours == theirs
    assert ours["eve/90_dots/answer-double/comment"] == ("No response.", None)


def test_a_regrade_keeps_what_a_person_gave_as_nbgrader_does(
    folder: Path, stock: Classroom, tmp_path: Path, private_jupyter: dict[str, str]
) -> None:
    theirs = Classroom(Path(shutil.copytree(stock.folder, tmp_path / "theirs")), private_jupyter)
    enter_all(folder)
    for each in (folder, theirs.folder):
        score_by_hand(each, "ada", DOTS, "dots-double", 1.5, "Nearly.", "answer-double")
        score_by_hand(each, "ada", DOTS, "dots-reflection", 0.5, "Why?", "dots-reflection")
    again = dots(folder, "ada", "number + number", WRITTEN + " Really.")
    submit(theirs.folder, "ada", DOTS, again.notebook)
    theirs.nbgrader("autograde", DOTS, "--student", "ada", "--force")
    with GradebookWriter(folder) as writer:
        assert writer.enter(again.record, again.notebook)
    ours = {k: v for k, v in contents(folder).items() if k.startswith("ada/")}
    assert ours == {k: v for k, v in contents(theirs.folder).items() if k.startswith("ada/")}
    assert ours["ada/90_dots/dots-double"][:5] == (2.0, 1.5, None, True, 1.5)
    assert ours["ada/90_dots/answer-double/comment"] == (None, "Nearly.")


def test_nbgrader_goes_on_where_we_stopped_and_we_where_it_did(
    stock: Classroom, tmp_path: Path, private_jupyter: dict[str, str]
) -> None:
    room = Classroom(Path(shutil.copytree(stock.folder, tmp_path / "class")), private_jupyter)
    enter_all(room.folder)
    assert contents(room.folder)["bob/90_dots/dots-double"][0] == 0.0
    room.nbgrader("generate_feedback", DOTS)
    page = (room.folder / "feedback/bob/90_dots/90_dots.html").read_text("utf-8")
    assert "It is not twice the number." in page
    room.nbgrader("export")
    rows = (room.folder / "grades.csv").read_text().splitlines()
    assert len(rows) == 1 + 2 * len(CAST)
    before = contents(room.folder, comments=False)
    room.nbgrader("autograde", DOTS, "--force")
    assert contents(room.folder, comments=False) == before


def test_entering_twice_changes_nothing(folder: Path) -> None:
    enter_all(folder)
    score_by_hand(folder, "ada", DOTS, "dots-reflection", 1, "Good.", "dots-reflection")
    files = {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")}
    before = contents(folder)
    with GradebookWriter(folder) as writer:
        for student, (code, words) in CAST.items():
            graded = dots(folder, student, code, words)
            assert not writer.enter(graded.record, json.dumps(graded.notebook).encode())
    assert contents(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.ipynb")} == files


def test_a_refusal_leaves_no_old_grade_as_if_it_were_new(folder: Path) -> None:
    enter_all(folder)
    score_by_hand(folder, "bob", DOTS, "dots-reflection", 0.5, "Why?", "dots-reflection")
    with GradebookWriter(folder) as writer:
        for student in ("ada", "bob", "new"):
            assert writer.refuse(student, DOTS, "90_dots.ipynb is not JSON")
            assert not writer.refuse(student, DOTS, "90_dots.ipynb is not JSON")
        held = contents(folder)
        assert writer.refuse("ada", DOTS, "two files <b>claim</b> to be it")
    assert held["ada/90_dots/dots-double"][:5] == (0.0, None, None, True, 0.0)
    assert held["ada/90_dots/answer-double/comment"][0] == (
        "Not graded: 90_dots.ipynb is not JSON. Earlier grade: dots-double 2 of 2."
    )
    assert held["bob/90_dots/dots-reflection"][:5] == (0.0, 0.5, None, True, 0.5)
    assert held["bob/90_dots/dots-reflection/comment"][1] == "Why?"
    assert held["new/90_dots/answer-double/comment"][0] == "Not graded: 90_dots.ipynb is not JSON."
    assert said(folder, "ada/90_dots/answer-double") == (
        "Not graded: two files < b>claim< /b> to be it. Earlier grade: dots-double 2 of 2."
    )
    shown = nbformat.read(copy_of(folder, "ada"), as_version=4)
    assert "number * 2" not in json.dumps(shown)
    points = [utils.determine_grade(c)[0] for c in shown.cells if utils.is_grade(c)]
    assert points == [0, 0]


def test_a_good_regrade_takes_a_refusal_back(folder: Path) -> None:
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    with GradebookWriter(folder) as writer:
        writer.enter(graded.record, graded.notebook)
        before = contents(folder)
        writer.refuse("ada", DOTS, "it is no notebook")
        assert writer.enter(graded.record, graded.notebook)
    assert contents(folder) == before


def test_an_item_that_could_not_be_read_waits_for_a_person(folder: Path) -> None:
    good = dots(folder, "ada", "number * 2", WRITTEN)
    unreadable = replace(
        good.record.results[0], verdict="unreadable", points=0.0, cause="it is gone"
    )
    with GradebookWriter(folder) as writer:
        writer.enter(good.record, good.notebook)
        bad = replace(good.record, key="bad", results=(unreadable,))
        assert writer.enter(bad, good.notebook)
        assert not writer.enter(bad, good.notebook)
    assert contents(folder)["ada/90_dots/dots-double"][:4] == (0.0, None, None, True)
    assert said(folder, "ada/90_dots/answer-double") == (
        "Not graded: it is gone. Earlier grade: dots-double 2 of 2."
    )


@pytest.mark.parametrize("verdict", [name for name in SEVERITY if name != "correct"])
def test_nbgrader_gives_the_same_points_for_the_copy(verdict: str, folder: Path) -> None:
    wrong = Result("", "", verdict, 0, 0, (finding("Not <b>so</b>."),), cause="took too long")
    partly = Result("", "", "wrong", 1.5, 0, (finding("Half."),))
    no_finding = Result("", "", verdict, 0, 0, cause="took too long")
    given = {"wall-accuracy": wrong, "wall-evaluate": partly, "wall-class_weights": no_finding}
    graded = wall(folder, "ada", given, "I learnt.")
    with GradebookWriter(folder) as writer:
        writer.enter(graded.record, graded.notebook)
    shown = nbformat.read(copy_of(folder, "ada", WALL), as_version=4)
    nbformat.validate(shown)
    scored = {
        cell.metadata.nbgrader.grade_id: utils.determine_grade(cell)[0]
        for cell in shown.cells
        if utils.is_grade(cell)
    }
    held = contents(folder)
    assert scored == {name: held[f"ada/{WALL}/{name}"][0] for name in scored}
    assert [scored[f"wall-{name}"] for name in ("accuracy", "evaluate", "class_weights")] == [
        0, 1.5, 0,
    ]  # fmt: skip
    assert scored["wall-seed_everything"] == 2
    assert "took too long" in said(folder, f"ada/{WALL}/answer-class_weights")
    text = json.dumps(shown)
    assert "Not <b>so</b>" not in "".join(
        output.data["text/html"] for c in shown.cells for output in c.get("outputs", [])
        if "text/html" in output.get("data", {})
    )  # fmt: skip
    assert "Not &lt;b&gt;so&lt;/b&gt;." in text


def test_full_points_need_no_number_and_too_many_are_full(folder: Path) -> None:
    outputs = outputs_of(Result("x", "wall.accuracy", "correct", 2, 2))
    assert [output.output_type for output in outputs] == ["display_data"]
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    generous = replace(graded.record, results=(replace(graded.record.results[0], points=99.0),))
    with GradebookWriter(folder) as writer:
        writer.enter(generous, graded.notebook)
    assert contents(folder)["ada/90_dots/dots-double"][0] == 2.0


def test_the_copy_is_closed_for_writing_and_complete(folder: Path) -> None:
    target = submit(folder, "ada", DOTS, dots(folder, "ada", "number * 2", WRITTEN).notebook)
    (target / "timestamp.txt").write_text("2026-11-24 10:00:00.5 UTC\n")
    (target / "evil.html").write_text("<script>alert(1)</script>")
    enter_all(folder)
    names = sorted(path.name for path in copy_of(folder, "ada").parent.iterdir())
    assert names == ["90_dots.ipynb", "timestamp.txt"]
    mode = stat.S_IMODE(copy_of(folder, "ada").stat().st_mode)
    assert mode == 0o444
    shown = nbformat.read(copy_of(folder, "ada"), as_version=4)
    assert shown.metadata.kernelspec == answered(folder, DOTS, {}).metadata.kernelspec
    assert contents(folder)["ada/90_dots"][0] == datetime(2026, 11, 24, 10, 0, 0, 500000)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-11-24", "/etc/passwd", "2026-99-99 10:00", "2026-11-24 10:00 ../../etc/x",
     "2026-11-24 10:00 " + "x" * 200, "9999-12-31 23:59:59 -2300"],
)  # fmt: skip
def test_what_is_no_time_is_no_timestamp(text: str) -> None:
    assert read_timestamp(text) is None


@pytest.mark.parametrize(
    "text",
    ["2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02 15:58:23.948203 UTC",
     "2015-02-02T15:58:23+01:00", "2015-02-02 15:58", "2015-02-02 15:58:23 +0100"],
)  # fmt: skip
def test_times_are_read_as_nbgrader_reads_them(text: str) -> None:
    assert read_timestamp(text + "\n") == utils.parse_utc(text)


def test_late_submissions_lose_what_the_class_says(
    folder: Path, made: Path, tmp_path: Path, private_jupyter: dict[str, str]
) -> None:
    theirs = Classroom(Path(shutil.copytree(made, tmp_path / "theirs")), private_jupyter)
    late = dots(folder, "ada", "number * 2", WRITTEN)
    for each in (folder, theirs.folder):
        with (each / "nbgrader_config.py").open("a") as file:
            file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
        with open_book(each) as book:
            book.update_or_create_assignment(DOTS, duedate="2026-11-01 00:00:00 UTC")
        target = submit(each, "ada", DOTS, late.notebook)
        (target / "timestamp.txt").write_text("2026-11-24 10:00:00 UTC")
    theirs.nbgrader("autograde", DOTS)
    with GradebookWriter(folder) as writer:
        writer.enter(late.record, late.notebook)
        assert not writer.enter(late.record, late.notebook)
        assert contents(folder) == contents(theirs.folder)
        assert contents(folder)["ada/90_dots/late"] == (2.0,)
        assert writer.enter(late.record, late.notebook, timestamp="2026-10-24 10:00:00 UTC")
    assert contents(folder)["ada/90_dots/late"] == (None,)


def test_other_notebooks_of_an_assignment_are_left_alone(folder: Path) -> None:
    with open_book(folder) as book:
        book.add_notebook("extra", DOTS)
        book.add_grade_cell("extra-1", "extra", DOTS, max_score=5, cell_type="code")
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    with GradebookWriter(folder) as writer:
        writer.enter(graded.record, graded.notebook)
    with open_book(folder) as book:
        submission = book.find_submission(DOTS, "ada")
        assert sorted(notebook.name for notebook in submission.notebooks) == [DOTS, "extra"]


@pytest.fixture
def held(folder: Path) -> Iterator[sqlite3.Connection]:
    """Hold the class's gradebook as another program may."""
    connection = sqlite3.connect(folder / "gradebook.db", isolation_level=None,
                                 check_same_thread=False)  # fmt: skip
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


def test_a_locked_gradebook_is_waited_for(folder: Path, held: sqlite3.Connection) -> None:
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    timer = threading.Timer(1.0, lambda: held.execute("ROLLBACK"))
    timer.start()
    with GradebookWriter(folder, patience=120) as writer:
        assert writer.enter(graded.record, graded.notebook)
    timer.join()


def test_one_that_stays_locked_is_one_clear_line(folder: Path, held: sqlite3.Connection) -> None:
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    held.execute("ROLLBACK")
    with GradebookWriter(folder, patience=0.1) as writer:
        held.execute("BEGIN IMMEDIATE")
        with pytest.raises(CourseError, match=r"gradebook\.db has been locked by another") as info:
            writer.enter(graded.record, graded.notebook)
        assert "\n" not in str(info.value)
        assert not copy_of(folder, "ada").exists()
        held.execute("ROLLBACK")
        assert writer.enter(graded.record, graded.notebook)


def test_what_is_missing_is_one_clear_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="is not a class"):
        GradebookWriter(tmp_path / "nowhere")
    with pytest.raises(CourseError, match="there is no gradebook"):
        GradebookWriter(folder, "sqlite:////nowhere/gradebook.db")
    with pytest.raises(CourseError, match="is not the address of a gradebook"):
        GradebookWriter(folder, "gradebook")
    with pytest.raises(CourseError, match="uv sync --extra postgres"):
        GradebookWriter(folder, "mysql+nothing://localhost/gradebook")
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    with GradebookWriter(folder) as writer:
        with pytest.raises(CourseError, match="nbgrader generate_assignment 91_more"):
            writer.enter(replace(graded.record, lesson="91_more"), graded.notebook)
        with pytest.raises(CourseError, match=r"other graded cells \(dots-reflection\)"):
            writer.enter(replace(graded.record, manual=()), graded.notebook)
        with pytest.raises(CourseError, match="cannot be the name"):
            writer.refuse("../ada", DOTS, "it is no notebook")
        assert contents(folder) == {}
    (folder / "gradebook.db").write_bytes(b"not a database at all, whatever its name says")
    with pytest.raises(CourseError, match="cannot be used"):
        GradebookWriter(folder)


def test_a_broken_configuration_is_one_clear_line(folder: Path) -> None:
    (folder / "nbgrader_config.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py does not work"):
        GradebookWriter(folder)


def test_the_configuration_leaves_no_trace_in_this_process(folder: Path) -> None:
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write("\nimport os\nos.environ['A_TRACE'] = '1'\nc.Autograde.permissions = 640\n")
    before = dict(os.environ)
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    with GradebookWriter(folder) as writer:
        writer.enter(graded.record, graded.notebook)
    assert dict(os.environ) == before
    assert stat.S_IMODE(copy_of(folder, "ada").stat().st_mode) == 0o640


def test_a_copy_that_cannot_be_written_is_written_the_next_time(folder: Path) -> None:
    graded = dots(folder, "ada", "number * 2", WRITTEN)
    (folder / "autograded").mkdir()
    (folder / "autograded" / "ada").write_text("in the way")
    with GradebookWriter(folder) as writer:
        with pytest.raises(CourseError, match="Cannot write"):
            writer.enter(graded.record, graded.notebook)
        (folder / "autograded" / "ada").unlink()
        assert writer.enter(graded.record, graded.notebook)
    assert copy_of(folder, "ada").exists()


def test_a_writer_that_is_killed_leaves_whole_submissions(folder: Path, made: Path) -> None:
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        f"sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[1])]!r}\n"
        "from gradebook_class import dots\n"
        "from helpers.grading.gradebook import GradebookWriter\n"
        f"folder = Path({str(folder)!r})\n"
        "with GradebookWriter(folder) as writer:\n"
        "    for number in range(10_000):\n"
        "        graded = dots(folder, f's{number:04}', 'number * 2', 'Words.')\n"
        "        writer.enter(graded.record, graded.notebook)\n"
        "        print(number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for _ in range(5):
        assert process.stdout.readline()
    time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    students = sorted({name.split("/")[0] for name in contents(folder)})
    assert len(students) >= 5
    assert {contents(folder)[f"{name}/90_dots/dots-double"][0] for name in students} == {2.0}
    for path in folder.glob("autograded/*/*/*.ipynb"):
        nbformat.read(path, as_version=4)
    with GradebookWriter(folder) as writer:
        last = dots(folder, students[-1], "number * 2", "Words.")
        writer.enter(last.record, last.notebook)
    assert copy_of(folder, students[-1]).exists()


def test_half_characters_do_not_stop_the_class(folder: Path) -> None:
    graded = dots(folder, "ada", "number * 2", "half \ud83d of a smile")
    with GradebookWriter(folder) as writer:
        assert writer.enter(graded.record, graded.notebook)
        assert not writer.enter(graded.record, json.dumps(graded.notebook).encode())
    assert nbformat.read(copy_of(folder, "ada"), as_version=4)


def test_milliseconds_for_a_submission(folder: Path, measured: list[str]) -> None:
    submissions = [wall(folder, f"s{number}", {}, "Words.") for number in range(40)]
    with GradebookWriter(folder) as writer:
        seconds = []
        for graded in submissions:
            start = time.perf_counter()
            writer.enter(graded.record, graded.notebook)
            seconds.append(time.perf_counter() - start)
    middle = sorted(seconds)[len(seconds) // 2]
    measured.append(f"one submission into SQLite and autograded/: {1000 * middle:.1f} ms, median")
