"""A class of two lessons for the tests of the gradebook, and verdicts to enter."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from support import Classroom

from helpers.authoring.classroom import init_class
from helpers.grading.core import Manual, Record, Result
from helpers.places import repository

WALL = "00_the_wall"
DOTS = "90_dots"
WRITTEN = "Twice three is six."


def make_class(folder: Path) -> Path:
    """Make a class with one lesson of the course and the small one of the fixtures."""
    root = folder / "house"
    (root / "solutions").mkdir(parents=True)
    shutil.copy(repository() / "solutions" / f"{WALL}.py", root / "solutions")
    shutil.copy(repository() / "tests/fixtures/solutions" / f"{DOTS}.py", root / "solutions")
    shutil.copy(repository() / "nbgrader_config.py", root)
    init_class(folder / "class", root, secret="2019" * 16)
    return folder / "class"


def released(folder: Path, lesson: str) -> NotebookNode:
    """Return a lesson as it was handed out."""
    return nbformat.read(folder / "release" / lesson / f"{lesson}.ipynb", as_version=4)


def answered(folder: Path, lesson: str, answers: Mapping[str, str]) -> NotebookNode:
    """Return a lesson with answers put in, by grade id."""
    notebook = released(folder, lesson)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    return notebook


def submit(folder: Path, student: str, lesson: str, notebook: NotebookNode) -> Path:
    """Put a notebook into `submitted/`."""
    target = folder / "submitted" / student / lesson
    target.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target / f"{lesson}.ipynb")
    return target


def finding(message: str, **more: str) -> dict[str, str]:
    """Return a finding as a record holds it."""
    return {
        "code": "wrong-value", "message": message, "expected": "", "got": "", "look_again": "",
        "details": "", **more,
    }  # fmt: skip


@dataclass(frozen=True)
class Graded:
    """A submission and its verdicts."""

    record: Record
    notebook: NotebookNode


def dots(folder: Path, student: str, code: str | None, words: str | None) -> Graded:
    """Grade the small lesson by what its one function returns; None: as handed out."""
    answers = {} if code is None else {"answer-double": f"def double(number):\n    return {code}"}
    answers |= {} if words is None else {"dots-reflection": words}
    right = code in ("number * 2", "number + number")
    verdict = "correct" if right else "not-started" if code is None else "wrong"
    found = () if right else (finding("It is not twice the number."),)
    result = Result("dots-double", "dots.double", verdict, 2.0 * right, 2.0, found)
    manual = Manual("dots-reflection", 1.0, words or "", words is not None)
    key = f"{student}-{code}-{words}"
    record = Record(key, student, DOTS, (result,), (manual,))
    return Graded(record, answered(folder, DOTS, answers))


def wall(folder: Path, student: str, verdicts: Mapping[str, Result], words: str = "") -> Graded:
    """Grade the first lesson of the course: correct but for the given results, by grade id."""
    results, answers = [], {}
    for cell in released(folder, WALL).cells:
        settings = cell.metadata.get("nbgrader", {})
        name = settings.get("grade_id", "")
        if settings.get("grade") and cell.cell_type == "code":
            points = float(settings["points"])
            exercise = name.replace("-", ".")
            given = verdicts.get(name) or Result(name, exercise, "correct", points, points)
            results.append(replace(given, grade_id=name, exercise=exercise, max_points=points))
        elif settings.get("solution") and cell.cell_type == "code":
            answers[name] = f"# the answer of {student}\n{cell.source}"
    answers |= {"wall-reflection": words} if words else {}
    manual = Manual("wall-reflection", 2.0, words, bool(words))
    record = Record(f"{student}-{words}-{json.dumps(sorted(verdicts))}", student, WALL,
                    tuple(results), (manual,))  # fmt: skip
    return Graded(record, answered(folder, WALL, answers))


def open_book(folder: Path, url: str = "") -> Gradebook:
    """Open a class's gradebook."""
    return Gradebook(url or f"sqlite:///{(folder / 'gradebook.db').as_posix()}", "past-the-wall")


def contents(folder: Path, url: str = "", comments: bool = True) -> dict[str, tuple[Any, ...]]:
    """Return all that the gradebook holds of submissions, by learner, lesson and cell."""
    found: dict[str, tuple[Any, ...]] = {}
    with open_book(folder, url) as book:
        for assignment in book.assignments:
            for submission in assignment.submissions:
                where = f"{submission.student.id}/{assignment.name}"
                found[where] = (submission.timestamp, submission.score, submission.max_score)
                for notebook in submission.notebooks:
                    found[f"{where}/late"] = (notebook.late_submission_penalty,)
                    for grade in notebook.grades:
                        found[f"{where}/{grade.name}"] = (
                            grade.auto_score, grade.manual_score, grade.extra_credit,
                            grade.needs_manual_grade, grade.score, grade.max_score,
                            grade.failed_tests,
                        )  # fmt: skip
                    for comment in notebook.comments if comments else ():
                        found[f"{where}/{comment.name}/comment"] = (
                            comment.auto_comment, comment.manual_comment,
                        )  # fmt: skip
    return found


def score_by_hand(
    folder: Path, student: str, lesson: str, cell: str, points: float, comment: str, answer: str
) -> None:
    """Give points and a comment as formgrader does."""
    with open_book(folder) as book:
        grade = book.find_grade(cell, lesson, lesson, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.find_comment(answer, lesson, lesson, student).manual_comment = comment
        book.db.commit()


def classroom_of(folder: Path, environment: dict[str, str]) -> Classroom:
    """Return the class as the tests' helpers know one."""
    return Classroom(folder, environment)
