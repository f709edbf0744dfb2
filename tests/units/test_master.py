"""What a lesson's notebook says about its grading, read from `source/` or `release/`."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from support import once_for_each_lesson

from helpers.authoring.release import as_bytes, write_source
from helpers.authoring.sources import read_lesson
from helpers.checks import EXERCISES
from helpers.errors import CourseError
from helpers.grading.master import read_master
from helpers.places import repository

LESSON = "07_past_the_wall"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    once_for_each_lesson(metafunc)


def written(notebook: NotebookNode, folder: Path, name: str = LESSON) -> Path:
    """Write a notebook where a class keeps its own; return its path."""
    path = folder / "source" / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(as_bytes(notebook))
    return path


def test_a_source_reads_like_its_release(lesson: str, tmp_path: Path) -> None:
    source = write_source(read_lesson(repository() / "solutions" / f"{lesson}.py"), tmp_path)
    released = read_master(repository() / "course" / lesson / f"{lesson}.ipynb")
    read = read_master(source)
    assert (read.identity, read.questions) == (released.identity, released.questions)
    assert [c.statements for c in read.cells] == [c.statements for c in released.cells]
    assert len(read.identity) == 64
    assert not [cell.id for cell in read.cells if "SOLUTION" in cell.source]


def test_every_graded_cell_is_understood(lesson: str) -> None:
    master = read_master(repository() / "course" / lesson / f"{lesson}.ipynb")
    assert master.lesson == lesson
    checks = [cell for cell in master.cells if cell.role == "check"]
    assert [q.grade_id for q in master.questions] == [cell.grade_id for cell in checks]
    for question in master.questions:
        assert question.exercise in EXERCISES
        assert question.points > 0
        assert master.cells[question.at].grade_id == question.grade_id
        assert master.cells[master.position(question.answer)].role == "answer"
        name = question.exercise.partition(".")[2]
        assert question.expression in (name, "'predictions.csv'")
        if question.names:
            assert question.answer == f"answer-{name}"
    assert [cell.grade_id.partition("-")[2] for cell in master.cells if cell.role == "manual"] == [
        "reflection"
    ]


def test_steps_ask_for_a_file_and_belong_to_the_nearest_answer() -> None:
    master = read_master(repository() / "course" / LESSON / f"{LESSON}.ipynb")
    steps = [question for question in master.questions if not question.names]
    assert [step.exercise for step in steps] == [
        "past.wall_passed", "past.field_95", "past.field_97", "past.field_98",
    ]  # fmt: skip
    assert {step.answer for step in steps} == {"answer-name_them"}


@pytest.fixture
def notebook() -> NotebookNode:
    return read_lesson(repository() / "solutions" / f"{LESSON}.py").notebook


def find(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_another_text_is_another_identity(notebook: NotebookNode, tmp_path: Path) -> None:
    first = read_master(written(notebook, tmp_path / "one")).identity
    find(notebook, "past-predict").metadata["nbgrader"]["points"] = 4
    assert read_master(written(notebook, tmp_path / "two")).identity != first


@pytest.mark.parametrize(
    ("source", "expression", "exercise"),
    [
        ('check("past.predict", predict)', "predict", "past.predict"),
        ("import os\nif True:\n    check('past.predict', predict)", "predict", "past.predict"),
        ('check("past.predict", f := predict, seed=3)', "(f := predict)", "past.predict"),
    ],
)  # fmt: skip
def test_checks_are_parsed(
    source: str, expression: str, exercise: str, notebook: NotebookNode, tmp_path: Path
) -> None:
    find(notebook, "past-predict").source = source
    question = read_master(written(notebook, tmp_path)).questions[0]
    assert (question.expression, question.exercise) == (expression, exercise)
    assert question.names == {"predict"}
    assert question.answer == "answer-predict"


@pytest.mark.parametrize(
    "source", ["predict", "check('past.predict')", "check(name, predict)", "check(", ""]
)
def test_a_graded_cell_without_a_check_is_refused(
    source: str, notebook: NotebookNode, tmp_path: Path
) -> None:
    find(notebook, "past-predict").source = source
    with pytest.raises(CourseError, match="past-predict calls no check") as error:
        read_master(written(notebook, tmp_path))
    assert "\n" not in str(error.value)


def test_two_cells_of_one_name_are_refused(notebook: NotebookNode, tmp_path: Path) -> None:
    find(notebook, "answer-predict").metadata["nbgrader"]["grade_id"] = "answer-most_confused"
    with pytest.raises(CourseError, match="two cells called answer-most_confused"):
        read_master(written(notebook, tmp_path))


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"cells": 5}'])
def test_a_lesson_that_cannot_be_read_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "source" / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(CourseError, match="make the class again") as error:
        read_master(path)
    assert "\n" not in str(error.value)


def test_a_lesson_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be read"):
        read_master(tmp_path / "nothing.ipynb")
