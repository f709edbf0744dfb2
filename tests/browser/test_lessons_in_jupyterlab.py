"""Each lesson in real Chromium, through JupyterLab as `course lab` starts it."""

from __future__ import annotations

import time
from pathlib import Path

from driver import Lab, errors_of, index_of, stderr_of
from support import Server

from helpers.lab import choose_page
from helpers.places import repository

PICTURES = repository() / "test-results" / "screenshots"


def test_course_lab_opens_the_start_page_or_the_first_lesson(
    lab: Lab, lab_server: Server, house: Path, measured: list[str]
) -> None:
    first = choose_page(house / "course", None)
    opened = time.perf_counter()
    lab.page.goto(f"{lab.base}?token={lab.token}")
    lab.wait_until_ready(first)
    page = time.perf_counter() - opened
    measured.append(
        f"course lab, to a notebook with a kernel: {lab_server.seconds + page:.1f} s "
        f"(server {lab_server.seconds:.1f} s, page {page:.1f} s)"
    )
    PICTURES.mkdir(parents=True, exist_ok=True)
    lab.page.screenshot(path=PICTURES / "course-lab.png")
    shown = lab.page.locator("body").inner_text()
    assert "Validate" in shown
    for absent in ("Formgrader", "Course List", "Assignment List", "Create Assignment", "news"):
        assert absent not in shown


def test_a_solved_lesson_runs_to_its_end(lesson: str, lab: Lab, measured: list[str]) -> None:
    lab.open(f"solved/{lesson}/{lesson}.ipynb")
    start = time.perf_counter()
    finished = lab.run_all()
    measured.append(f"{lesson}, run in JupyterLab: {time.perf_counter() - start:.1f} s")
    cells = lab.cells()
    assert errors_of(cells) == []
    assert finished
    assert stderr_of(cells) == []

    widget = index_of(cells, "widget")
    before = lab.picture(widget)
    lab.nudge_slider(widget)
    lab.another_picture(widget, before)

    lab.photograph(PICTURES / lesson)
    assert "Success! Your notebook passes all the tests." in lab.validate()
    lab.close_dialog()


def test_an_unsolved_lesson_stops_at_the_first_check(lesson: str, lab: Lab) -> None:
    lab.open(f"{lesson}/{lesson}.ipynb")
    finished = lab.run_all()
    cells = lab.cells()
    graded = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade")]
    lab.photograph(PICTURES / f"{lesson}-unsolved")

    assert not finished
    assert errors_of(cells) == errors_of([graded[0]])
    assert stderr_of(cells) == []
    lab.picture(index_of(cells, "widget"))
    (error,) = errors_of(cells)
    assert len(error["traceback"]) <= 2, "one line, not a wall"
    position = next(n for n, c in enumerate(cells) if c is graded[0])
    assert "not started" in lab.cell(position).inner_text().lower()
