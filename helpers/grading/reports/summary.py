"""What there is to know about a class, gathered one submission at a time: no record is kept."""

from __future__ import annotations

import heapq
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from helpers.checks.core import SEVERITY
from helpers.grading.core import Record
from helpers.grading.reports.rows import Row
from helpers.grading.reports.text import number, one_line

HOGS = 12
_STEPS = 8  #: different points of one exercise that are listed
_WORDINGS = 20  #: different messages kept of one finding
THOUGHT = ("wrong", "error")
"""Verdicts whose findings say what somebody thinks; "not started" is no misconception."""
STOPPED = ("timeout", "memory", "output", "crash")
LOST = ("missing", "unreadable")


@dataclass
class Misconception:
    """One finding of one exercise in the whole class."""

    exercise: str
    code: str
    learners: int = 0
    wordings: Counter[str] = field(default_factory=Counter)

    @property
    def message(self) -> str:
        """The words for it: those that most learners got."""
        common = self.wordings.most_common()
        return min(text for text, count in common if count == common[0][1]) if common else ""


@dataclass
class ExerciseSummary:
    """One exercise in the whole class."""

    name: str
    max_points: float
    points: array[float] = field(default_factory=lambda: array("d"))
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: dict[str, Misconception] = field(default_factory=dict)
    seconds: array[float] = field(default_factory=lambda: array("d"))
    waiting: int = 0
    untouched: int = 0  #: of what a person grades
    by_person: bool = False

    @property
    def learners(self) -> int:
        """How many submissions have it."""
        return len(self.points) + self.waiting + self.untouched

    @property
    def mean(self) -> float:
        """Points on average, of those who have been given some."""
        return sum(self.points) / (len(self.points) or 1)

    @property
    def spread(self) -> str:
        """How many learners have how many points; "" where it is all or nothing."""
        counts = Counter(round(value, 2) for value in self.points)
        if set(counts) <= {0.0, self.max_points} or not counts:
            return ""
        if len(counts) > _STEPS:
            low, high = number(min(counts)), number(max(counts))
            return f"from {low} to {high}"
        return ", ".join(f"{number(value)}: {counts[value]}" for value in sorted(counts))

    @property
    def sorted_verdicts(self) -> list[tuple[str, int]]:
        """Its verdicts, from the mildest to the most severe."""
        return sorted(self.verdicts.items(), key=lambda pair: SEVERITY.index(pair[0]))

    @property
    def ranked(self) -> list[Misconception]:
        """Its findings, the most common first."""
        return ranked(self.findings.values())


@dataclass(frozen=True)
class Trouble:
    """A submission, or some of its items, that could not be graded or had to be stopped."""

    student: str
    lesson: str
    exercise: str
    verdict: str
    cause: str


@dataclass(frozen=True, order=True)
class Hog:
    """One item that took much: ordered by how far it is from what the class takes."""

    weight: float
    student: str = field(compare=False)
    lesson: str = field(compare=False)
    exercise: str = field(compare=False)
    seconds: float = field(compare=False)  #: wall clock
    peak_mb: float = field(compare=False)
    verdict: str = field(compare=False)


@dataclass
class LessonSummary:
    """One lesson in the whole class."""

    name: str
    title: str
    exercises: dict[str, ExerciseSummary] = field(default_factory=dict)
    totals: array[float] = field(default_factory=lambda: array("d"))
    max_points: float = 0.0
    waiting: list[str] = field(default_factory=list)  #: students whose answers wait for a person
    refused: int = 0

    @property
    def submissions(self) -> int:
        """How many were graded."""
        return len(self.totals)


@dataclass(frozen=True)
class Standing:
    """What one learner has in one lesson."""

    points: float | None  #: None where the submission was refused
    max_points: float
    waiting: bool


@dataclass
class ClassSummary:
    """All lessons, and what needs an instructor."""

    lessons: dict[str, LessonSummary] = field(default_factory=dict)
    learners: dict[str, dict[str, Standing]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    stopped: list[Trouble] = field(default_factory=list)
    hogs: list[Hog] = field(default_factory=list)
    sandboxes: Counter[str] = field(default_factory=Counter)
    graded_at: str = ""  #: the latest

    def lesson(self, name: str, title: str) -> LessonSummary:
        """Return the summary of a lesson, a new one if it is not known."""
        return self.lessons.setdefault(name, LessonSummary(name, title))

    def add(self, record: Record, rows: Sequence[Row], title: str) -> None:
        """Take in one submission."""
        lesson = self.lesson(record.lesson, title)
        for row in rows:
            self._add_row(lesson, record.student, row)
        points = sum(row.points or 0.0 for row in rows)
        whole = sum(row.max_points for row in rows)
        waiting = any(row.waiting for row in rows)
        lesson.totals.append(points)
        lesson.max_points = max(lesson.max_points, whole)
        if waiting:
            lesson.waiting.append(record.student)
        standing = Standing(points, whole, waiting)
        self.learners.setdefault(record.student, {})[record.lesson] = standing
        self.sandboxes[record.sandbox] += 1
        self.graded_at = max(self.graded_at, record.graded_at)

    def add_refused(self, student: str, lesson: str, title: str, cause: str) -> None:
        """Take in a submission that could not be graded at all."""
        self.lesson(lesson, title).refused += 1
        self.learners.setdefault(student, {})[lesson] = Standing(None, 0.0, False)
        self.troubles.append(Trouble(student, lesson, "", "unreadable", one_line(cause)))

    def _add_row(self, lesson: LessonSummary, student: str, row: Row) -> None:
        known = lesson.exercises.get(row.exercise)
        if known is None:
            known = ExerciseSummary(row.exercise, row.max_points, by_person=row.result is None)
            lesson.exercises[row.exercise] = known
        if row.points is None:
            known.waiting += 1
        elif row.manual is not None and not row.by_hand:
            known.untouched += 1
        else:
            known.points.append(row.points)
        if row.result is None:
            return
        known.verdicts[row.verdict] += 1
        if row.verdict in THOUGHT:
            _count_findings(known, row)
        if row.verdict in LOST + STOPPED:
            trouble = Trouble(
                student, lesson.name, row.exercise, row.verdict, one_line(row.result.cause)
            )
            (self.troubles if row.verdict in LOST else self.stopped).append(trouble)
        if row.verdict not in LOST:
            known.seconds.append(row.result.own_seconds or row.result.seconds)
            self._weigh(lesson, student, row)

    def _weigh(self, lesson: LessonSummary, student: str, row: Row) -> None:
        """Keep the items that took most: a second weighs as much as 50 MB."""
        result = row.result
        assert result is not None
        weight = result.seconds + result.peak_mb / 50
        hog = Hog(
            weight, student, lesson.name, row.exercise, result.seconds, result.peak_mb, row.verdict
        )
        if len(self.hogs) < HOGS:
            heapq.heappush(self.hogs, hog)
        else:
            heapq.heappushpop(self.hogs, hog)

    def misconceptions(self, most: int = 8) -> list[tuple[LessonSummary, Misconception]]:
        """Return the findings most common in the class, over all its lessons."""
        found = [
            (lesson, one)
            for lesson in self.lessons.values()
            for exercise in lesson.exercises.values()
            for one in exercise.findings.values()
        ]
        found.sort(key=lambda pair: (-pair[1].learners, pair[1].exercise, pair[1].code))
        return found[:most]


def ranked(found: Iterable[Misconception]) -> list[Misconception]:
    """Sort findings, the most common first."""
    return sorted(found, key=lambda one: (-one.learners, one.code))


def _count_findings(known: ExerciseSummary, row: Row) -> None:
    assert row.result is not None
    for code, message in _first_of_each(row.result.findings).items():
        one = known.findings.setdefault(code, Misconception(row.exercise, code))
        one.learners += 1
        if message in one.wordings or len(one.wordings) < _WORDINGS:
            one.wordings[message] += 1


def _first_of_each(findings: Sequence[Mapping[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in findings:
        found.setdefault(str(finding["code"])[:80], one_line(str(finding["message"]), 300))
    return found
