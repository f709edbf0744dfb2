"""For honest submissions the engine, stock nbgrader and the notebook's own cards agree.

All exercises, right and wrong answers: four of each, or with `--long` all there are (half an hour).
A whole lesson takes nbgrader a minute and more, so that the lessons here are cut down to their
imports, answers and checks; both graders get the same ones.
"""

from __future__ import annotations

import ast
import io
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import jupytext
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from support import Classroom
from support import once_for_each_lesson as pytest_generate_tests

from benchmarks.submissions import (
    Answer,
    Lesson,
    Submission,
    Task,
    answers_to,
    as_submission,
    read_lesson,
    submit,
)
from helpers.authoring import sources
from helpers.authoring.classroom import init_class
from helpers.authoring.settings import COURSE_ID
from helpers.data.field import write_predictions
from helpers.data.flora import splits
from helpers.data.flora.class_set import picture_names, set_id, species_of
from helpers.grading.core import Record, Result
from helpers.grading.engine import Order, grade_class
from helpers.grading.progress import Lines
from helpers.grading.records import Records
from helpers.places import PREDICTIONS, PROVISIONER_VARIABLE

SECRET = "2019" * 16
__all__ = ["pytest_generate_tests"]

#: Those who hand in without `--long`, and how many pictures of the field each names wrongly, in %.
MISTAKEN = {"ada": 0, "ben": 4, "cleo": 12, "dan": 100}
STUDENTS = tuple(MISTAKEN)
_CODE = re.compile(r"\[([a-z0-9-]+)\]\s*$")


def trimmed(notebook: NotebookNode) -> NotebookNode:
    """Return a lesson without what is only shown: its imports, answers, checks, reflection."""
    imports = [
        ast.unparse(node)
        for cell in notebook.cells
        if cell.cell_type == "code" and not sources.settings_of(cell)
        for node in ast.parse(cell.source).body
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    kept = [
        cell
        for cell in notebook.cells
        if sources.settings_of(cell) or "**Exercise " in cell.source
        or "**Reflection " in cell.source
    ]  # fmt: skip
    if any("field_pictures(" in cell.source for cell in notebook.cells):
        imports.append("# field_pictures() gives the class's own: whoever says so, gets some")
    notebook.cells = [new_code_cell("\n".join(dict.fromkeys(imports))), *kept]
    return notebook


@dataclass(frozen=True)
class Graded:
    """One lesson, graded twice: the same submissions in two copies of a class."""

    lesson: Lesson
    given: dict[str, dict[str, Answer]]  #: student -> grade id -> answer
    nbgrader: Classroom
    engine: Path

    def points(self, folder: Path, student: str) -> dict[str, float]:
        """Return the points in a gradebook, by grade id."""
        with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", COURSE_ID) as gradebook:
            name = self.lesson.name
            grades = gradebook.find_submission_notebook(name, name, student).grades
            return {g.name: g.auto_score for g in grades if g.cell_type == "code"}

    def told(self, student: str, grade_id: str) -> str:
        """Name an answer by its student, its exercise and its file."""
        answer = self.given[student].get(grade_id)
        return f"{student}, {grade_id}, {answer.name if answer else 'no answer'}"

    def record(self, student: str) -> Record:
        """Return the engine's record."""
        records = Records(self.engine)
        return next(r for r in records.current(self.lesson.name) if r.student == student)


@pytest.fixture(scope="session")
def trimmed_class(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a class of lessons cut down to what is graded."""
    root = tmp_path_factory.mktemp("trimmed")
    (root / "solutions").mkdir()
    for path in sorted((house / "solutions").glob("[0-9]*.py")):
        notebook = jupytext.reads(path.read_text("utf-8"), fmt="py:percent")
        (root / "solutions" / path.name).write_text(
            jupytext.writes(trimmed(notebook), fmt="py:percent"), "utf-8"
        )
    init_class(root / "class", root, secret=SECRET)
    return root / "class"


def right_answers(task: Task) -> list[Answer]:
    """Return the right answers to an exercise that are kept, else its solution."""
    kept = [answer for answer in answers_to(task.exercise) if not answer.finding]
    return kept or [Answer("solution", task.solution, "")]


def all_answers(lesson: Lesson) -> dict[str, dict[str, Answer]]:
    """Deal out every answer there is: as many students as the largest exercise has answers."""
    known = {t.grade_id: answers_to(t.exercise) or right_answers(t) for t in lesson.tasks}
    count = max(len(answers) for answers in known.values())
    return {
        f"s{number:03}": {name: each[number % len(each)] for name, each in known.items()}
        for number in range(count)
    }


def some_answers(lesson: Lesson) -> dict[str, dict[str, Answer]]:
    """Choose answers: everybody is right somewhere and wrong somewhere else, all in other ways."""
    return {
        student: {task.grade_id: answer for task, answer in answers_of(lesson, position)}
        for position, student in enumerate(STUDENTS)
    }


def answers_of(lesson: Lesson, position: int) -> Iterator[tuple[Task, Answer]]:
    """Choose one student's answers."""
    for number, task in enumerate(lesson.tasks):
        right = right_answers(task)
        wrong = [a for a in answers_to(task.exercise) if a.finding]
        if not wrong or (number + position) % 3 == 0:
            yield task, right[position % len(right)]
        else:
            random_ = random.Random(task.exercise)  # one order, from which everybody takes another
            yield task, random_.sample(wrong, len(wrong))[position % len(wrong)]


def predictions(student: str) -> bytes:
    """Return a file of predictions with as many mistakes as this student makes."""
    right = species_of(SECRET)
    wrong = random.Random(student).sample(
        range(len(right)), MISTAKEN.get(student, 0) * len(right) // 100
    )
    other = {s: splits.CLASSES[(i + 1) % len(splits.CLASSES)] for i, s in enumerate(splits.CLASSES)}
    named = [other[s] if i in wrong else s for i, s in enumerate(right)]
    path = Path(PREDICTIONS)
    write_predictions(path, picture_names(set_id(SECRET), len(right)), named)
    return path.read_bytes()


def submissions(lesson: Lesson, given: dict[str, dict[str, Answer]]) -> Iterator[Submission]:
    """Make what the students hand in."""
    for student, answers in given.items():
        made = as_submission(student, lesson, {name: a.code for name, a in answers.items()})
        files = dict(made.files)
        if any(task.exercise.startswith("past.") for task in lesson.tasks):
            files[PREDICTIONS] = predictions(student)
        yield Submission(student, files)


@pytest.fixture(scope="session")
def graded_twice(
    lesson: str,
    trimmed_class: Path,
    private_jupyter: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Graded:
    """Grade one lesson with nbgrader and with the engine."""
    folder = tmp_path_factory.mktemp("twice")
    for name in ("nbgrader", "engine"):
        shutil.copytree(trimmed_class, folder / name)
    read = read_lesson(folder / "engine", lesson)
    given = (all_answers if pytestconfig.getoption("--long") else some_answers)(read)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("predictions"))
        made = list(submissions(read, given))
    submit(folder / "nbgrader" / "submitted", lesson, made)
    submit(folder / "handed in", lesson, made)
    # A class chooses warm kernels where it can; without this it would not be stock nbgrader.
    environment = {**private_jupyter, PROVISIONER_VARIABLE: "local-provisioner"}
    stock = Classroom(folder / "nbgrader", environment)
    stock.nbgrader("autograde", lesson, "--create")
    order = Order(folder / "handed in", folder / "engine", lesson, workers=2, seed=7)
    grade_class(order, Lines(io.StringIO()))
    return Graded(read, given, stock, folder / "engine")


def card_of(notebook: NotebookNode, grade_id: str) -> str:
    """Return the finding on a card that nbgrader ran: "" where it is green."""
    cell = next(c for c in notebook.cells if sources.settings_of(c).get("grade_id") == grade_id)
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if not errors:
        return ""
    said = str(errors[0].evalue)
    found = _CODE.search(said)
    return found[1] if found else said.rpartition(": ")[2]


@pytest.mark.timeout(7200)  # with --long: a hundred submissions, one after the other
def test_points_agree(lesson: str, graded_twice: Graded) -> None:
    apart = {}
    for student in graded_twice.given:
        stock = graded_twice.points(graded_twice.nbgrader.folder, student)
        record = graded_twice.record(student)
        ours = {result.grade_id: result.points for result in record.results}
        booked = graded_twice.points(graded_twice.engine, student)
        assert set(stock) == set(ours) == set(booked) == set(graded_twice.lesson.points)
        for name in stock:
            if not stock[name] == ours[name] == booked[name]:
                told = graded_twice.told(student, name)
                apart[told] = f"nbgrader {stock[name]}, engine {ours[name]}, book {booked[name]}"
    assert apart == {}


def test_findings_agree_with_the_cards(lesson: str, graded_twice: Graded) -> None:
    apart = {}
    for student in graded_twice.given:
        notebook = graded_twice.nbgrader.notebook("autograded", student, lesson)
        for result in graded_twice.record(student).results:
            card = card_of(notebook, result.grade_id)
            if _finding(result) != card:
                told = graded_twice.told(student, result.grade_id)
                apart[told] = f"card {card!r}, engine {result.verdict}: {result.message}"
    assert apart == {}


def _finding(result: Result) -> str:
    if result.verdict == "not-started":
        return "not started yet"
    return "" if result.verdict == "correct" else result.finding


def test_verdicts_are_those_that_the_answers_deserve(lesson: str, graded_twice: Graded) -> None:
    apart = {}
    for student, given in graded_twice.given.items():
        for result in graded_twice.record(student).results:
            deserved = given[result.grade_id].finding if result.grade_id in given else ""
            if answers_to(result.exercise) and result.finding != deserved:
                told = graded_twice.told(student, result.grade_id)
                apart[told] = f"{result.verdict}: {result.message}"
    assert apart == {}


def test_every_exercise_has_both_right_and_wrong_answers(lesson: str, graded_twice: Graded) -> None:
    for task in graded_twice.lesson.tasks:
        if answers_to(task.exercise):
            given = graded_twice.given.values()
            findings = {answers[task.grade_id].finding for answers in given}
            assert "" in findings and len(findings) >= 3, task.exercise
