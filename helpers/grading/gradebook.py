"""Enters verdicts into nbgrader's own gradebook, as `nbgrader autograde` would have done.

One submission is one transaction: it is in the gradebook as a whole or not at all. Nothing is ever
deleted, manual scores and comments are never touched, and entering what is already there changes
nothing. SQLite and PostgreSQL alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy.orm import Session

from helpers.errors import CourseError
from helpers.grading import autograded
from helpers.grading.class_settings import course_directory, file_mode, read_config
from helpers.grading.connection import PATIENCE, Connection
from helpers.grading.core import Record
from helpers.grading.harmless import comment_line
from helpers.grading.marks import Marks, answers_to, marks_of, refused_marks, score_of
from helpers.grading.rows import Lesson, Rows, find_lesson, find_rows

_MOST_TIMESTAMP = 100
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)? ?([A-Za-z_+-]+(/[A-Za-z_+-]+)*|[+-][\d:]+)?"
)


class GradebookWriter:
    """The one writer to a class's gradebook and to its `autograded/`.

    Args:
        folder: of the class.
        db_url: of the gradebook, as SQLAlchemy writes it; None for what nbgrader_config.py says.
        patience: seconds to wait while another program has locked the gradebook.

    Raises:
        CourseError: there is no such class or gradebook, or it cannot be opened.
    """

    def __init__(self, folder: Path, db_url: str | None = None, patience: float = PATIENCE) -> None:
        config = read_config(folder)
        self._course = course_directory(config)
        self._mode = file_mode(config, self._course)
        self._late = AssignLatePenalties(config=config)
        self._late.init_plugin()
        self._connection = Connection(
            db_url or self._course.db_url, self._course.course_id, patience
        )

    def __enter__(self) -> GradebookWriter:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def enter(
        self, record: Record, notebook: NotebookNode | bytes | None, timestamp: str | None = None
    ) -> bool:
        """Enter one graded submission and write its copy in `autograded/`.

        Args:
            record: its verdicts.
            notebook: as rebuilt from the master; None where there is none.
            timestamp: what its timestamp.txt says; None for the one in the class's `submitted/`.

        Returns:
            Whether anything changed.

        Raises:
            CourseError: the gradebook does not have this lesson or has it differently, is locked
                or cannot be written: then nothing is changed. Or the copy cannot be written.
        """
        results = {result.grade_id: result for result in record.results}

        def marks(lesson: Lesson, rows: Rows, shown: NotebookNode) -> Marks:
            named = {*results, *(entry.grade_id for entry in record.manual)}
            lesson.check_same(named, self._course.root)
            return marks_of(record, rows.before(lesson), shown, lesson.graded)

        def copy(shown: NotebookNode) -> bytes:
            original = f"submitted/{record.student}/{record.lesson}/"
            return autograded.fill(shown, results, original, record=record.key)

        base = self._base(record.lesson) if notebook is None else notebook
        return self._put(record.student, record.lesson, timestamp, base, marks, copy)

    def refuse(self, student: str, lesson: str, cause: str, timestamp: str | None = None) -> bool:
        """Enter that a submission could not be graded, and why; scores given before do not count.

        Manual scores and comments stay. The copy in `autograded/` is the lesson as it was handed
        out, and names the cause.

        Returns, raises: as `enter`.
        """
        line = comment_line(cause)

        def marks(found: Lesson, rows: Rows, shown: NotebookNode) -> Marks:
            return refused_marks(line, rows.before(found), found.graded, answers_to(shown))

        def copy(shown: NotebookNode) -> bytes:
            return autograded.fill(shown, {}, f"submitted/{student}/{lesson}/", refused=line)

        return self._put(student, lesson, timestamp, self._base(lesson), marks, copy)

    def _put(
        self,
        student: str,
        lesson: str,
        timestamp: str | None,
        base: NotebookNode | bytes,
        marks: Callable[[Lesson, Rows, NotebookNode], Marks],
        copy: Callable[[NotebookNode], bytes],
    ) -> bool:
        folder = self._folder("autograded_directory", student, lesson)
        path = folder / f"{lesson}.ipynb"
        stamp = self._submitted_stamp(student, lesson) if timestamp is None else timestamp
        submitted_at = read_timestamp(stamp)

        def work(db: Session) -> tuple[bool, bytes]:
            found = find_lesson(db, lesson, self._course.root)
            rows = find_rows(db, found, student)
            shown = autograded.read_notebook(base)
            autograded.prepare(shown, found.cells_by_name)
            wanted = marks(found, rows, shown)
            content = copy(shown)
            fresh = not autograded.is_written(path, content)
            return self._apply(found, rows, wanted, submitted_at, fresh), content

        changed, content = self._connection.transaction(work)
        changed = autograded.write(path, content, self._mode) or changed
        if submitted_at is not None:
            autograded.write(folder / autograded.TIMESTAMP, stamp.encode(), self._mode)
        return changed

    def _apply(
        self, lesson: Lesson, rows: Rows, marks: Marks, submitted_at: datetime | None, fresh: bool
    ) -> bool:
        """Change the rows; if all is there already, a person's decisions stay as they are."""
        if submitted_at is not None:
            fresh = fresh or rows.submission.timestamp != submitted_at
            rows.submission.timestamp = submitted_at
        penalty = self._penalty(lesson, rows, marks)
        fresh = fresh or rows.notebook.late_submission_penalty != penalty
        if not (fresh or rows.differ(marks)):
            return False
        rows.notebook.late_submission_penalty = penalty
        for name, mark in marks.grades.items():
            grade = rows.grades[name]
            grade.auto_score = mark.auto_score
            by_hand = grade.manual_score is not None or mark.auto_score is None
            grade.needs_manual_grade = by_hand or mark.waits
        for name, text in marks.comments.items():
            rows.comments[name].auto_comment = text
        return True

    def _penalty(self, lesson: Lesson, rows: Rows, marks: Marks) -> float | None:
        """Return what the class's own rule takes off a late submission; None for nothing."""
        late = rows.seconds_late(lesson)
        if not late:
            return None
        score = sum(
            score_of(marks.grades[name].auto_score, grade.manual_score, grade.extra_credit)
            for name, grade in rows.grades.items()
            if name in marks.grades
        )
        penalty = self._late.plugin_inst.late_submission_penalty(
            rows.submission.student_id, score, late
        )
        return None if penalty is None else float(max(0.0, min(penalty, score)))

    def _folder(self, stage: str, student: str, lesson: str) -> Path:
        for name in (student, lesson):
            if not name or name in ("..",) or set(name) & set("/\\\0"):
                raise CourseError(f"{name!r} cannot be the name of a learner or of a lesson.")
        course = self._course
        return Path(course.format_path(getattr(course, stage), student, lesson))

    def _base(self, lesson: str) -> NotebookNode | bytes:
        """Return the lesson as it was handed out, for a submission that cannot be rebuilt."""
        try:
            folder = self._folder("release_directory", ".", lesson)
            return (folder / f"{lesson}.ipynb").read_bytes()
        except OSError:
            return autograded.empty()

    def _submitted_stamp(self, student: str, lesson: str) -> str:
        path = self._folder("submitted_directory", student, lesson) / autograded.TIMESTAMP
        with suppress(OSError, UnicodeDecodeError):
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    return file.read(_MOST_TIMESTAMP + 1).decode()
        return ""


def read_timestamp(text: str) -> datetime | None:
    """Read a timestamp.txt as nbgrader does, in UTC; None for one that is no time."""
    text = text.strip()
    if len(text) > _MOST_TIMESTAMP or not _TIMESTAMP.fullmatch(text):
        return None
    try:
        return parse_utc(text)
    except (ValueError, OverflowError, TypeError, AttributeError):
        return None
