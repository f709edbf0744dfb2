"""The rows of nbgrader's gradebook that grading one submission needs, with few queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from helpers.errors import CourseError
from helpers.grading.autograded import GradedCell
from helpers.grading.marks import Before, Marks


@dataclass(frozen=True)
class Lesson:
    """A lesson as the gradebook knows it."""

    name: str
    assignment: str  #: id
    notebook: str  #: id
    due: datetime | None  #: in UTC
    cells: tuple[Any, ...]  #: of all its notebooks: id, name, type, notebook_id, max_score
    checksums: Mapping[str, str]

    def own(self, *kinds: str) -> dict[str, Any]:
        """Return the cells of the lesson's own notebook that are of these kinds, by name."""
        mine = (cell for cell in self.cells if cell.notebook_id == self.notebook)
        return {cell.name: cell for cell in mine if cell.type in kinds}

    @property
    def graded(self) -> dict[str, float]:
        """Return the most points of each graded cell, by grade id."""
        return {name: float(cell.max_score) for name, cell in self.own("GradeCell").items()}

    @property
    def cells_by_name(self) -> dict[str, GradedCell]:
        """Return what the gradebook decides about the cells, by grade id."""
        points = self.graded
        names = {*points, *self.checksums}
        return {name: GradedCell(self.checksums.get(name, ""), points.get(name)) for name in names}

    def check_same(self, named: set[str], root: str) -> None:
        """Refuse verdicts on other cells than the gradebook has.

        Raises:
            CourseError: the lesson was changed after it was put into the gradebook.
        """
        if named != set(self.graded):
            other = ", ".join(sorted(named ^ set(self.graded)))
            raise CourseError(
                f"the gradebook has {self.name} with other graded cells ({other}): run "
                f"`nbgrader generate_assignment {self.name} --force` in {root}."
            )


@dataclass(frozen=True)
class Rows:
    """What the gradebook holds of one submission; grades and comments by name of their cell."""

    submission: Any
    notebook: Any
    grades: dict[str, Any]
    comments: dict[str, Any]

    def before(self, lesson: Lesson) -> Before:
        """Return what was entered before."""
        most = lesson.graded
        scores = {n: (row.auto_score, most[n]) for n, row in self.grades.items() if n in most}
        return Before(scores, {n: row.auto_comment for n, row in self.comments.items()})

    def seconds_late(self, lesson: Lesson) -> float:
        """Return by how much the submission came late; 0 where no date is set."""
        handed_in, extension = self.submission.timestamp, self.submission.extension
        if handed_in is None or lesson.due is None:
            return 0.0
        due = lesson.due + extension if extension else lesson.due
        return float(max(0.0, (handed_in - due).total_seconds()))

    def differ(self, marks: Marks) -> bool:
        """Whether something else is entered than these marks."""
        scored = any(
            self.grades[name].auto_score != mark.auto_score for name, mark in marks.grades.items()
        )
        return scored or any(
            self.comments[name].auto_comment != text for name, text in marks.comments.items()
        )


def find_lesson(db: Session, name: str, root: str) -> Lesson:
    """Read a lesson from the gradebook.

    Raises:
        CourseError: it is not there.
    """
    notebooks = db.execute(
        select(Notebook.id, Notebook.name, Notebook.assignment_id, Assignment.duedate)
        .join(Assignment, Assignment.id == Notebook.assignment_id)
        .where(Assignment.name == name)
    ).all()
    own = next((row for row in notebooks if row.name == name), None)
    if own is None:
        raise CourseError(
            f"{name} is not in the gradebook: run `nbgrader generate_assignment {name} --force` "
            f"in {root}."
        )
    # The tables themselves: the classes would add sums over all submissions to every query.
    base, graded = BaseCell.__table__, GradeCell.__table__
    cells = db.execute(
        select(base.c.id, base.c.name, base.c.type, base.c.notebook_id, graded.c.max_score)
        .join_from(base, graded, base.c.id == graded.c.id, isouter=True)
        .where(base.c.notebook_id.in_([row.id for row in notebooks]))
    ).all()
    checksums = db.execute(
        select(SourceCell.name, SourceCell.checksum).where(SourceCell.notebook_id == own.id)
    ).all()
    known = {row.name: row.checksum or "" for row in checksums}
    return Lesson(name, own.assignment_id, own.id, own.duedate, tuple(cells), known)


def find_rows(db: Session, lesson: Lesson, student: str) -> Rows:
    """Return the rows of a submission, locked; they are made where there are none."""
    submission = db.execute(
        select(SubmittedAssignment)
        .options(load_only(*_columns(SubmittedAssignment)))
        .where(
            SubmittedAssignment.assignment_id == lesson.assignment,
            SubmittedAssignment.student_id == student,
        )
        .with_for_update()
    ).scalar_one_or_none()
    if submission is None:
        submission, notebook = _new_submission(db, lesson, student)
    else:
        notebook = db.execute(
            select(SubmittedNotebook)
            .options(load_only(*_columns(SubmittedNotebook)))
            .where(
                SubmittedNotebook.notebook_id == lesson.notebook,
                SubmittedNotebook.assignment_id == submission.id,
            )
            .with_for_update()
        ).scalar_one()
    grades = _by_cell(db, Grade, lesson.own("GradeCell", "TaskCell"), notebook)
    comments = _by_cell(db, Comment, lesson.own("SolutionCell", "TaskCell"), notebook)
    return Rows(submission, notebook, grades, comments)


def _columns(model: Any) -> list[Any]:
    """Return the columns of a table, without the sums that nbgrader adds to each query."""
    return [getattr(model, column.key) for column in model.__table__.columns]


def _by_cell(db: Session, model: Any, cells: Mapping[str, Any], notebook: Any) -> dict[str, Any]:
    """Return the grades or comments of a notebook by the name of their cell; missing ones anew."""
    found = db.execute(
        select(model)
        .options(load_only(*_columns(model)))
        .where(
            # Both, and in this order: nbgrader's tables have no other index.
            model.cell_id.in_([cell.id for cell in cells.values()]),
            model.notebook_id == notebook.id,
        )
        .with_for_update()
    ).scalars()
    rows = {row.cell_id: row for row in found}
    for cell in cells.values():
        if cell.id not in rows:
            rows[cell.id] = model(cell_id=cell.id, notebook_id=notebook.id)
            db.add(rows[cell.id])
    return {name: rows[cell.id] for name, cell in cells.items()}


def _new_submission(db: Session, lesson: Lesson, student: str) -> tuple[Any, Any]:
    """Make what `Gradebook.add_submission` makes, without its commits; grades come later."""
    if db.get(Student, student, options=[load_only(Student.id)]) is None:
        db.add(Student(id=student))
    submission = SubmittedAssignment(
        id=new_uuid(), assignment_id=lesson.assignment, student_id=student
    )
    notebooks = {
        name: SubmittedNotebook(id=new_uuid(), notebook_id=name, assignment_id=submission.id)
        for name in {lesson.notebook, *(cell.notebook_id for cell in lesson.cells)}
    }
    db.add_all([submission, *notebooks.values()])
    return submission, notebooks[lesson.notebook]
