"""All reports on a class in one pass over its records: one in memory at a time.

    report/grades.csv                          a row an item
    report/index.html                          the class report
    report/anonymous.html                      the same with pseudonyms, for showing it in class
    report/feedback/<student>/<lesson>.html    the page of a learner
    report/<lesson>/                           grades.csv and index.html of one lesson, when asked

A folder of its own: `nbgrader generate_feedback` writes into `feedback/`, `nbgrader export` writes
`grades.csv`, and neither is to overwrite the other's work.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from pathlib import Path
from urllib.parse import quote

from helpers import storage
from helpers.errors import CourseError
from helpers.grading.classes import ClassFolder
from helpers.grading.core import Record
from helpers.grading.records import Records, Standing, file_name
from helpers.grading.reports.class_report import class_page
from helpers.grading.reports.feedback import feedback_page, refusal_page
from helpers.grading.reports.grades_csv import GradesCsv
from helpers.grading.reports.pseudonyms import pseudonyms
from helpers.grading.reports.rows import rows_of
from helpers.grading.reports.scores import NO_SCORES, Gradebook, Scores
from helpers.grading.reports.summary import ClassSummary

REPORT = "report"
FEEDBACK = "feedback"
_AT_A_TIME = 100  #: students whose scores are fetched together
GONE = "its record cannot be read: grade it again"


@dataclass
class Written:
    """What was written, for people."""

    learners: int = 0
    files: list[Path] = field(default_factory=list)
    feedback: Path | None = None  #: the folder
    pages: int = 0
    gone: int = 0  #: submissions whose record is missing or of another version


def write_reports(folder: Path, lesson: str | None = None, anonymous: bool = False) -> Written:
    """Write the reports on a class from its records and its gradebook; neither is changed.

    Args:
        folder: of the class.
        lesson: the only one to report on, or a part of its name; all by default.
        anonymous: write the class report with pseudonyms, and nothing else.

    Raises:
        WrongUse: there is no such class or lesson.
        CourseError: nothing was graded yet, the gradebook cannot be read, or nothing can be
            written.
    """
    classroom = ClassFolder(folder)
    folder = classroom.folder
    lesson = classroom.lesson(lesson) if lesson else None
    store = Records(folder)
    standings = sorted(store.standings(lesson), key=lambda one: (one.student, one.lesson))
    if not standings:
        what = f"of {lesson} " if lesson else ""
        raise CourseError(
            f"Nothing {what}has been graded in {folder} yet: run `course grade` first."
        )
    place = folder / REPORT / (file_name(lesson) if lesson else "")
    _make(place)
    with Gradebook.of_class(folder) as gradebook:
        report = _Report(folder, store, gradebook, Titles(classroom))
        if anonymous:
            return report.anonymous(standings, place / "anonymous.html")
        return report.all(standings, place)


class Titles:
    """What the lessons of a class are called, as their first line says."""

    def __init__(self, classroom: ClassFolder) -> None:
        self._classroom = classroom
        self._known: dict[str, str] = {}

    def of(self, lesson: str) -> str:
        """Return the title of a lesson; its name where the notebook does not say."""
        if lesson not in self._known:
            self._known[lesson] = self._read(lesson) or lesson.replace("_", " ")
        return self._known[lesson]

    def _read(self, lesson: str) -> str:
        try:
            text = self._classroom.master(lesson).read_text(encoding="utf-8")
            first = "".join(json.loads(text)["cells"][0]["source"])
        except (OSError, ValueError, LookupError, TypeError):
            return ""
        title = first.lstrip().split("\n")[0]
        return title[2:].strip() if title.startswith("# ") else ""


class _Report:
    """One pass over the records of a class."""

    def __init__(self, folder: Path, store: Records, gradebook: Gradebook, titles: Titles) -> None:
        self._folder = folder
        self._store = store
        self._gradebook = gradebook
        self._titles = titles
        self._written = Written()

    def all(self, standings: list[Standing], place: Path) -> Written:
        """Write grades.csv, the learners' pages and the class report."""
        summary = ClassSummary()
        grades = place / "grades.csv"
        with GradesCsv(grades) as table:
            for standing, record, scores in self._records(standings):
                self._one(standing, record, scores, summary, table)
        up = "" if place.name == REPORT else "../"
        page = place / "index.html"

        def link(student: str, lesson: str) -> str:
            return f"{up}{FEEDBACK}/{quote(file_name(student))}/{quote(file_name(lesson))}.html"

        _write(page, class_page(self._folder.name, summary, link))
        self._written.files += [grades, page]
        self._written.feedback = self._folder / REPORT / FEEDBACK
        self._written.learners = len(summary.learners)
        return self._written

    def anonymous(self, standings: list[Standing], page: Path) -> Written:
        """Write the class report with pseudonyms."""
        summary = ClassSummary()
        for standing, record, scores in self._records(standings):
            title = self._titles.of(standing.lesson)
            if record is None:
                cause = standing.refused or GONE
                summary.add_refused(standing.student, standing.lesson, title, cause)
            else:
                summary.add(record, list(rows_of(record, scores)), title)
        aliases = pseudonyms(self._folder, summary.learners)
        _write(page, class_page(self._folder.name, summary, None, aliases))
        self._written.files.append(page)
        self._written.learners = len(summary.learners)
        return self._written

    def _records(
        self, standings: list[Standing]
    ) -> Iterator[tuple[Standing, Record | None, Scores]]:
        """Yield each submission with its record and what people did, by student and lesson."""
        by_student = (
            (name, list(group)) for name, group in groupby(standings, key=lambda one: one.student)
        )
        while batch := list(islice(by_student, _AT_A_TIME)):
            scores = self._gradebook.of(name for name, _ in batch)
            for student, group in batch:
                for one in group:
                    record = self._store.find(one.lesson, student, one.key) if one.key else None
                    self._written.gone += bool(one.key) and record is None
                    yield one, record, scores.get((student, one.lesson), NO_SCORES)

    def _one(
        self,
        standing: Standing,
        record: Record | None,
        scores: Scores,
        summary: ClassSummary,
        table: GradesCsv,
    ) -> None:
        student, lesson = standing.student, standing.lesson
        title = self._titles.of(lesson)
        if record is not None:
            rows = list(rows_of(record, scores))
            table.add(student, lesson, rows)
            summary.add(record, rows, title)
            self._give(student, lesson, feedback_page(record, rows, title))
            return
        cause = standing.refused or GONE
        table.add_refused(student, lesson, cause)
        summary.add_refused(student, lesson, title, cause)
        if standing.refused:
            self._give(student, lesson, refusal_page(student, lesson, title, cause))

    def _give(self, student: str, lesson: str, page: bytes) -> None:
        path = self._folder / REPORT / FEEDBACK / file_name(student) / f"{file_name(lesson)}.html"
        _make(path.parent)
        _write(path, page)
        self._written.pages += 1


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(storage.write_failure(folder, error)) from error


def _write(path: Path, data: bytes) -> None:
    """Write a page whole or not at all, unless it is there already: it then keeps its date.

    Without waiting for the disk, unlike `storage.write_atomically`: thousands of pages would take
    minutes, and a page that a power failure cost is made again by the same command.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_file() and path.read_bytes() == data:
            return
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise CourseError(storage.write_failure(path, error)) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
