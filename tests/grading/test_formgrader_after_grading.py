"""Formgrader, as an instructor opens it after grading: points, comments, cards, and no script."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from gradebook_class import DOTS, WALL, WRITTEN, contents, dots, finding, make_class, wall
from support import Classroom, Server, formgrader_page, serve, submission_id
from watching import watched_by_formgrader

from helpers.grading.core import Result
from helpers.grading.gradebook import GradebookWriter

EVIL = "<script>window.owned=1</script><img src=x onerror=window.owned=1>[x](javascript:owned())"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, private_jupyter: dict[str, str]) -> Classroom:
    """Return a class in which an honest, a hostile and a refused submission were entered."""
    folder = make_class(tmp_path_factory.mktemp("formgrader"))
    wrong = Result("", "", "wrong", 0, 0, (finding(f"Off by one. {EVIL}", got=EVIL),))
    hostile = wall(folder, "eve", {"wall-accuracy": wrong}, f"I learnt. {EVIL}")
    for cell in hostile.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            cell.source = f"# {EVIL}\n{cell.source}"
    with GradebookWriter(folder) as writer:
        for graded in (hostile, wall(folder, "ada", {}, "I **learnt**.")):
            writer.enter(graded.record, graded.notebook)
        writer.refuse("max", WALL, f"its notebook is no JSON: {EVIL}")
    return Classroom(folder, private_jupyter)


@pytest.fixture(scope="module")
def formgrader(room: Classroom, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    options = ["--ServerApp.allow_root=True", "--ServerApp.port=0", "--no-browser"]
    command = [sys.executable, "-m", "jupyter_server", *options]
    log = tmp_path_factory.mktemp("logs") / "formgrader.txt"
    yield from serve(command, room.folder, room.environment, log)


def api(server: Server, path: str) -> Any:
    return json.loads(formgrader_page(server, f"/api/{path}"))


class Traps(HTMLParser):
    """Notes what the submission could have brought onto a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_script = tag == "script"
        values = dict(attrs)
        if values.get("src") == "x" or "javascript:owned" in (values.get("href") or ""):
            self.found.append(f"{tag} {values}")
        self.found += [name for name in values if name == "onerror"]

    def handle_data(self, data: str) -> None:
        if self.in_script and "owned" in data:
            self.found.append(data)


def test_every_page_opens(room: Classroom, formgrader: Server) -> None:
    for path in (
        "", "/manage_assignments", f"/manage_submissions/{WALL}", "/manage_students",
        "/manage_students/ada", f"/manage_students/ada/{WALL}", "/gradebook", f"/gradebook/{WALL}",
        f"/gradebook/{WALL}/{WALL}",
    ):  # fmt: skip
        formgrader_page(formgrader, path)


@pytest.mark.parametrize("student", ["ada", "eve", "max"])
def test_the_grading_page_shows_the_copy_and_runs_nothing(
    student: str, room: Classroom, formgrader: Server
) -> None:
    identity = submission_id(room, student, WALL)
    page = formgrader_page(formgrader, f"/submissions/{identity}/")
    assert Traps(page).found == []
    for cell in room.notebook("autograded", student, WALL).cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            assert f'id="{settings["grade_id"]}"' in page
    expected = {"ada": "All visible checks passed", "eve": "Off by one.", "max": "is no JSON"}
    assert expected[student] in page


def test_it_lists_points_comments_and_what_a_person_has_to_look_at(
    room: Classroom, formgrader: Server
) -> None:
    listed = {entry["student"]: entry for entry in api(formgrader, f"submissions/{WALL}")}
    assert {name: listed[name]["score"] for name in ("ada", "eve", "max")} == {
        "ada": 11.0, "eve": 9.0, "max": 0.0,
    }  # fmt: skip
    assert all(listed[name]["autograded"] for name in ("ada", "eve", "max"))
    assert all(listed[name]["needs_manual_grade"] for name in ("ada", "eve", "max"))
    identity = submission_id(room, "max", WALL)
    assert all(
        grade["needs_manual_grade"] and grade["auto_score"] == 0
        for grade in api(formgrader, f"grades?submission_id={identity}")
    )
    identity = submission_id(room, "eve", WALL)
    said = {entry["name"]: entry["auto_comment"] for entry in
            api(formgrader, f"comments?submission_id={identity}")}  # fmt: skip
    assert said["answer-accuracy"].startswith("Off by one.")
    assert said["answer-evaluate"] is None


def put(server: Server, path: str, body: dict[str, Any]) -> None:
    """Save as formgrader's page does when a person types."""
    page = Request(f"{server.url}formgrader/gradebook", headers=server.authorization)
    with urlopen(page, timeout=60) as answer:
        cookies = answer.headers.get_all("Set-Cookie") or []
    token = next((c.split("=", 1)[1].split(";")[0] for c in cookies if c.startswith("_xsrf=")), "")
    headers = {**server.authorization, "X-XSRFToken": token, "Cookie": f"_xsrf={token}",
               "Content-Type": "application/json"}  # fmt: skip
    request = Request(f"{server.url}formgrader/api/{path}", json.dumps(body).encode(), headers,
                      method="PUT")  # fmt: skip
    with urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def test_what_a_person_saves_in_formgrader_survives_a_regrade(
    room: Classroom, formgrader: Server
) -> None:
    with GradebookWriter(room.folder) as writer:
        first = dots(room.folder, "kim", "number + 4", WRITTEN)
        writer.enter(first.record, first.notebook)
        identity = submission_id(room, "kim", DOTS)
        grades = {g["name"]: g for g in api(formgrader, f"grades?submission_id={identity}")}
        comments = {c["name"]: c for c in api(formgrader, f"comments?submission_id={identity}")}
        reflection = grades["dots-reflection"]["id"]
        put(formgrader, f"grade/{reflection}", {"manual_score": 0.5, "extra_credit": 0.25})
        comment = comments["dots-reflection"]["id"]
        put(formgrader, f"comment/{comment}", {"manual_comment": "Say why."})
        assert not writer.enter(first.record, first.notebook)
        assert contents(room.folder)["kim/90_dots/dots-reflection"][:4] == (None, 0.5, 0.25, False)
        better = dots(room.folder, "kim", "number * 2", WRITTEN)
        writer.enter(better.record, better.notebook)
        writer.refuse("kim", DOTS, "it is no notebook")
    held = contents(room.folder)
    assert held["kim/90_dots/dots-reflection"][1:5] == (0.5, 0.25, True, 0.75)
    assert held["kim/90_dots/dots-reflection/comment"][1] == "Say why."
    listed = {entry["student"]: entry for entry in api(formgrader, f"submissions/{DOTS}")}
    assert listed["kim"]["score"] == 0.75


def test_nbgraders_feedback_runs_nothing(room: Classroom) -> None:
    room.nbgrader("generate_feedback", WALL)
    for student in ("ada", "eve", "max"):
        path: Path = room.folder / "feedback" / student / WALL / f"{WALL}.html"
        assert Traps(path.read_text("utf-8")).found == []
    assert "Off by one." in (room.folder / f"feedback/eve/{WALL}/{WALL}.html").read_text("utf-8")


def test_formgrader_reads_while_grades_are_entered(room: Classroom, formgrader: Server) -> None:
    watched_by_formgrader(room.folder, formgrader, 25)
