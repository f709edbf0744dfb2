"""Each lesson through stock nbgrader: the solution earns everything, the release nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from support import STUDENTS, Classroom

from helpers.authoring.sources import read_lesson, settings_of


def checks(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that a machine grades."""
    return [c for c in notebook.cells if c.cell_type == "code" and settings_of(c).get("grade")]


def errors(cell: NotebookNode) -> list[str]:
    """Return what went wrong in a cell, and what it said on stderr: nbgrader pays 0 for both."""
    wrong = []
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            wrong.append(f"{output.ename}: {output.evalue}")
        if output.output_type == "stream" and output.name == "stderr":
            wrong.append(f"stderr: {output.text}")
    return wrong


def text_of(cell: NotebookNode) -> str:
    """Return all that a cell shows, as text."""
    shown = []
    for output in cell.outputs:
        shown += [str(text) for text in output.get("data", {}).values()]
        shown += [output.get("text", ""), output.get("evalue", "")]
    return "\n".join(shown)


def seconds_of(notebook: NotebookNode) -> float:
    """Return how long the notebook ran, from its own records."""
    times = [
        datetime.fromisoformat(stamp.replace("Z", "+00:00"))
        for cell in notebook.cells
        for stamp in cell.metadata.get("execution", {}).values()
    ]
    return (max(times) - min(times)).total_seconds()


def scores(classroom: Classroom, student: str, lesson: str) -> dict[str, tuple[float, float]]:
    """Return points and maximum of every cell that a machine grades, from the gradebook."""
    url = f"sqlite:///{(classroom.folder / 'gradebook.db').as_posix()}"
    with Gradebook(url, "past-the-wall") as gradebook:
        submission = gradebook.find_submission_notebook(lesson, lesson, student)
        return {
            grade.name: (grade.auto_score, grade.max_score)
            for grade in submission.grades
            if grade.cell_type == "code"
        }


def test_the_solution_runs_without_errors_and_without_stderr(
    lesson: str, graded: Classroom, measured: list[str]
) -> None:
    notebook = graded.notebook("autograded", "solved", lesson)
    wrong = {cell.id: errors(cell) for cell in notebook.cells if errors(cell)}
    assert not wrong
    measured.append(f"{lesson}, executed by nbgrader: {seconds_of(notebook):.1f} s")


def test_the_solution_gets_full_marks(lesson: str, graded: Classroom) -> None:
    earned = scores(graded, "solved", lesson)
    assert earned
    assert {name: points for name, (points, most) in earned.items() if points != most} == {}


def test_the_untouched_release_gets_nothing(lesson: str, graded: Classroom) -> None:
    earned = scores(graded, "untouched", lesson)
    assert earned
    assert {name: points for name, (points, _) in earned.items() if points != 0} == {}


def test_the_untouched_release_is_not_started_everywhere(lesson: str, graded: Classroom) -> None:
    cells = checks(graded.notebook("autograded", "untouched", lesson))
    assert cells
    said = {cell.id: text_of(cell) for cell in cells}
    assert {name: text for name, text in said.items() if "not started" not in text.lower()} == {}


def test_the_reflection_waits_for_a_person(lesson: str, graded: Classroom, house: Path) -> None:
    by_hand = [
        settings_of(cell)["grade_id"]
        for cell in read_lesson(house / "solutions" / f"{lesson}.py").notebook.cells
        if cell.cell_type == "markdown" and settings_of(cell).get("grade")
    ]
    assert by_hand, "every lesson ends with one reflection"
    url = f"sqlite:///{(graded.folder / 'gradebook.db').as_posix()}"
    with Gradebook(url, "past-the-wall") as gradebook:
        for name in by_hand:
            assert gradebook.find_grade(name, lesson, lesson, "solved").needs_manual_grade
            assert gradebook.find_grade(name, lesson, lesson, "untouched").score == 0


@pytest.mark.parametrize("student", STUDENTS)
def test_feedback_names_every_check(lesson: str, graded: Classroom, student: str) -> None:
    html = (graded.folder / "feedback" / student / lesson / f"{lesson}.html").read_text("utf-8")
    for cell in checks(graded.notebook("autograded", student, lesson)):
        assert f'name="{cell.metadata.nbgrader.grade_id}"' in html


def test_nbgrader_makes_the_release_that_course_build_makes(
    lesson: str, classroom: Classroom, house: Path
) -> None:
    classroom.nbgrader("generate_assignment", lesson, "--force")
    ours = (house / "course" / lesson / f"{lesson}.ipynb").read_bytes()
    theirs = (classroom.folder / "release" / lesson / f"{lesson}.ipynb").read_bytes()
    assert theirs.replace(b"\r\n", b"\n") == ours


def test_grading_leaves_no_logbook_behind(lesson: str, graded: Classroom) -> None:
    assert list(graded.folder.rglob("logbook.jsonl")) == []
