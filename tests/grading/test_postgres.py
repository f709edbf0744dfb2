"""A gradebook in PostgreSQL: a real server, entered into while formgrader reads."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gradebook_class import DOTS, WRITTEN, Graded, contents, dots, make_class, open_book
from postgres import running_postgres
from sqlalchemy import text
from support import Classroom, Server, serve
from watching import watched_by_formgrader

from helpers.errors import CourseError
from helpers.grading.gradebook import GradebookWriter


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_postgres() as address:
        yield address


@pytest.fixture(scope="module")
def room(
    url: str, tmp_path_factory: pytest.TempPathFactory, private_jupyter: dict[str, str]
) -> Classroom:
    """Make a class whose nbgrader_config.py names the PostgreSQL gradebook."""
    folder = make_class(tmp_path_factory.mktemp("made"))
    shutil.copy(folder / "gradebook.db", folder / "kept.db")
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    classroom = Classroom(folder, private_jupyter)
    with (
        pytest.raises(CourseError, match="nbgrader generate_assignment 90_dots"),
        GradebookWriter(folder) as writer,
    ):
        writer.refuse("ada", DOTS, "nothing is there yet")
    classroom.nbgrader("generate_assignment", DOTS, "--force")
    return classroom


def cast(folder: Path) -> list[Graded]:
    return [
        dots(folder, "ada", "number * 2", WRITTEN),
        dots(folder, "bob", "number + 4", WRITTEN),
        dots(folder, "eve", None, None),
    ]


def test_it_holds_what_sqlite_holds(room: Classroom, url: str) -> None:
    sqlite = f"sqlite:///{(room.folder / 'kept.db').as_posix()}"
    for address in (None, sqlite):
        with GradebookWriter(room.folder, address) as writer:
            for graded in cast(room.folder):
                writer.enter(graded.record, graded.notebook)
            writer.refuse("bob", DOTS, "it is no notebook")
    held = contents(room.folder, url)
    assert held == contents(room.folder, sqlite)
    assert held["ada/90_dots/dots-double"][0] == 2.0
    with GradebookWriter(room.folder, url) as writer:
        ada = cast(room.folder)[0]
        assert not writer.enter(ada.record, ada.notebook)


def test_nbgrader_itself_goes_on_from_there(room: Classroom, url: str) -> None:
    with GradebookWriter(room.folder) as writer:
        for graded in cast(room.folder):
            writer.enter(graded.record, graded.notebook)
    room.nbgrader("generate_feedback", DOTS)
    assert "It is not twice" in (room.folder / "feedback/bob/90_dots/90_dots.html").read_text()
    room.nbgrader("export")
    assert "ada" in (room.folder / "grades.csv").read_text()


def test_a_manual_score_given_meanwhile_survives(room: Classroom, url: str) -> None:
    """A person saves a score while the row is being written: one waits for the other."""
    first = dots(room.folder, "zoe", "number * 2", WRITTEN)
    again = dots(room.folder, "zoe", "number + 4", WRITTEN + " Or so.")
    with GradebookWriter(room.folder) as writer, open_book(room.folder, url) as book:
        writer.enter(first.record, first.notebook)
        book.find_grade("dots-reflection", DOTS, DOTS, "zoe").manual_score = 0.75
        book.db.commit()
        writer.enter(again.record, again.notebook)
    held = contents(room.folder, url)
    assert held["zoe/90_dots/dots-reflection"][:4] == (None, 0.75, None, True)
    assert held["zoe/90_dots/dots-double"][0] == 0.0


def test_a_lost_connection_is_made_anew(room: Classroom, url: str) -> None:
    graded = dots(room.folder, "max", "number * 2", WRITTEN)
    better = dots(room.folder, "max", "number + number", WRITTEN)
    with GradebookWriter(room.folder, patience=120) as writer, open_book(room.folder, url) as book:
        writer.enter(graded.record, graded.notebook)
        pid = writer._connection.transaction(
            lambda db: db.execute(text("select pg_backend_pid()")).scalar_one()
        )
        # As when the server restarts: the connection is gone, the next one works.
        book.db.execute(text(f"select pg_terminate_backend({pid})"))
        book.db.commit()
        assert writer.enter(better.record, better.notebook)


def test_a_password_is_not_shown(room: Classroom, url: str) -> None:
    wrong = url.replace("host=/tmp/", "host=/nowhere/")
    with pytest.raises(CourseError, match=r"\*\*\*.* cannot be used") as info:
        GradebookWriter(room.folder, wrong)
    assert "hidden" not in str(info.value)
    assert "\n" not in str(info.value)


@pytest.fixture(scope="module")
def formgrader(room: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ["--ServerApp.allow_root=True", "--ServerApp.port=0", "--no-browser"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    log = tmp_path_factory.mktemp("logs") / "formgrader.txt"
    yield from serve(command, room.folder, room.environment, log)


def test_formgrader_reads_while_grades_are_entered(
    room: Classroom, formgrader: Server, url: str
) -> None:
    watched_by_formgrader(room.folder, formgrader, 25)
    held = contents(room.folder, url)
    assert {held[f"w{number:02}/90_dots/dots-double"][0] for number in range(25)} == {2.0}
