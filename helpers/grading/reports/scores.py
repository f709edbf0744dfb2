"""What people did in nbgrader's gradebook: scores and comments by hand, read without writing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any
from urllib.parse import quote

from helpers.errors import CourseError
from helpers.grading.class_settings import course_directory, read_config


@dataclass(frozen=True)
class Score:
    """What a person did to one cell. `points` is None until somebody has given some."""

    points: float | None = None
    extra: float = 0.0  #: credit on top of the points, whoever gave those
    comment: str = ""
    waiting: bool = False  #: for a person, as formgrader counts it


#: The cells of one submission by grade id; only those that a person touched or has to.
Scores = Mapping[str, Score]
NO_SCORES: Scores = MappingProxyType({})


class Gradebook(AbstractContextManager["Gradebook"]):
    """nbgrader's gradebook, opened for reading: nothing is created, upgraded or locked for long."""

    def __init__(self, url: str | None) -> None:
        """Open it; None stands for a class that has no gradebook yet.

        Raises:
            CourseError: it cannot be opened.
        """
        self._engine: Any = None
        if url is None:
            return
        from sqlalchemy import create_engine
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._engine = create_engine(url)
            self._engine.connect().close()
        except (SQLAlchemyError, ImportError, OSError) as error:
            raise CourseError(_cannot(error)) from error

    @classmethod
    def of_class(cls, folder: Path) -> Gradebook:
        """Open the gradebook that a class's nbgrader_config.py names, if there is one yet.

        Raises:
            CourseError: the configuration does not work, or the gradebook cannot be opened.
        """
        from sqlalchemy import make_url

        url = course_directory(read_config(folder)).db_url
        parts = make_url(url)
        if parts.get_backend_name() == "sqlite" and parts.database:
            path = (folder / parts.database).resolve()
            url = f"sqlite:///file:{quote(path.as_posix())}?mode=ro&uri=true"
            return cls(url if path.is_file() else None)
        return cls(url)

    def of(self, students: Iterable[str]) -> dict[tuple[str, str], dict[str, Score]]:
        """Return what people did for these students, by student and lesson.

        Args:
            students: a hundred or so at a time; a database takes no query of any length.

        Raises:
            CourseError: it cannot be read.
        """
        found: dict[tuple[str, str], dict[str, Score]] = {}
        wanted = list(students)
        if self._engine is None or not wanted:
            return found
        from sqlalchemy.exc import SQLAlchemyError

        grades, comments = _queries(wanted)
        try:
            with self._engine.connect() as connection:
                for student, lesson, cell, points, extra, waiting in connection.execute(grades):
                    score = Score(points, extra or 0.0, "", bool(waiting))
                    found.setdefault((student, lesson), {})[cell] = score
                for student, lesson, cell, comment in connection.execute(comments):
                    cells = found.setdefault((student, lesson), {})
                    cells[cell] = replace(cells.get(cell, Score()), comment=comment)
        except SQLAlchemyError as error:
            raise CourseError(_cannot(error)) from error
        return found

    def close(self) -> None:
        """Let go of the database."""
        if self._engine is not None:
            self._engine.dispose()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _queries(students: list[str]) -> tuple[Any, Any]:
    """Return two queries over nbgrader's tables: the grades and the comments of students."""
    from nbgrader import api
    from sqlalchemy import or_, select

    submitted, notebook = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__
    assignment, cell = api.Assignment.__table__, api.BaseCell.__table__
    grade, comment = api.Grade.__table__, api.Comment.__table__

    def cells(table: Any, *columns: Any) -> Any:
        joined = (
            table.join(notebook, table.c.notebook_id == notebook.c.id)
            .join(submitted, notebook.c.assignment_id == submitted.c.id)
            .join(assignment, submitted.c.assignment_id == assignment.c.id)
            .join(cell, table.c.cell_id == cell.c.id)
        )
        wanted = (submitted.c.student_id, assignment.c.name, cell.c.name, *columns)
        return select(*wanted).select_from(joined).where(submitted.c.student_id.in_(students))

    touched = or_(
        grade.c.manual_score.is_not(None),
        grade.c.extra_credit.is_not(None),
        grade.c.needs_manual_grade,
    )
    wanted = (grade.c.manual_score, grade.c.extra_credit, grade.c.needs_manual_grade)
    return (
        cells(grade, *wanted).where(touched),
        cells(comment, comment.c.manual_comment).where(comment.c.manual_comment.is_not(None)),
    )


def _cannot(error: Exception) -> str:
    reason = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
    return f"The gradebook cannot be read ({reason}): repair it, then report again."
