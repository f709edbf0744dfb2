"""The page on a class: what it misunderstood, what needs a person, how each lesson went."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from helpers.grading.reports import drawings
from helpers.grading.reports.drawings import Picture
from helpers.grading.reports.page import render
from helpers.grading.reports.summary import (
    ClassSummary,
    ExerciseSummary,
    LessonSummary,
    Misconception,
    Trouble,
)
from helpers.grading.reports.text import one_line
from helpers.grading.reports.verdicts import LOOKS

MOST = 8
"""Misconceptions at the top of the page."""
LISTED = 200
"""Rows of a list on the page; grades.csv has them all."""


@dataclass(frozen=True)
class LessonView:
    """One lesson as the page shows it."""

    anchor: str
    summary: LessonSummary
    checked: list[ExerciseSummary]
    written: list[ExerciseSummary]
    pictures: list[tuple[str, str, Picture]]
    mean: float


def class_page(
    name: str,
    summary: ClassSummary,
    feedback: Callable[[str, str], str] | None,
    aliases: Mapping[str, str] | None = None,
) -> bytes:
    """Return the report on a class as a file of HTML that needs nothing else.

    Args:
        name: of the class.
        summary: what was gathered; an anonymous page changes nothing in it.
        feedback: the address of a learner's page of a lesson; None where there is none to link.
        aliases: what to call each student instead, for a page that names nobody.
    """
    shown = _Names(aliases)
    lessons = [summary.lessons[key] for key in sorted(summary.lessons)]
    learners = sorted(
        ((shown.name(student), student, held) for student, held in summary.learners.items()),
        key=lambda row: (row[0].casefold(), row[0]),
    )
    return render(
        "class.html",
        name=name,
        summary=summary,
        lessons=[_lesson_view(lesson, index) for index, lesson in enumerate(lessons, start=1)],
        learners=learners,
        feedback=feedback,
        looks=LOOKS,
        listed=LISTED,
        shown=shown,
        anonymous=aliases is not None,
        troubles=_grouped(summary.troubles),
        stopped=_grouped(summary.stopped),
        misconceptions=_with_share(summary, shown),
        hogs=sorted(summary.hogs, reverse=True),
        waiting=[lesson for lesson in lessons if lesson.waiting],
        mean=_mean_share(lessons),
    )


class _Names:
    """What to call students, and what is said about them."""

    def __init__(self, aliases: Mapping[str, str] | None) -> None:
        self._aliases = aliases
        long = sorted((name for name in aliases or () if len(name) > 1), key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, long)), re.IGNORECASE) if long else None
        self._folded = {name.casefold(): alias for name, alias in (aliases or {}).items()}

    def name(self, student: str) -> str:
        """Return the name to show."""
        return student if self._aliases is None else self._aliases[student]

    def text(self, text: str) -> str:
        """Return a line in which no student is named who should not be."""
        if self._known is None:
            return text
        return self._known.sub(lambda found: self._folded.get(found[0].casefold(), "…"), text)


@dataclass(frozen=True)
class Ranked:
    """A misconception with what it is a share of."""

    lesson: LessonSummary
    one: Misconception
    message: str
    of: int

    @property
    def share(self) -> float:
        """Learners who have it, of those who handed the exercise in."""
        return self.one.learners / (self.of or 1)


def _with_share(summary: ClassSummary, shown: _Names) -> list[Ranked]:
    return [
        Ranked(lesson, one, shown.text(one.message), lesson.exercises[one.exercise].learners)
        for lesson, one in summary.misconceptions(MOST)
    ]


def _lesson_view(lesson: LessonSummary, index: int) -> LessonView:
    exercises = list(lesson.exercises.values())
    checked = [exercise for exercise in exercises if not exercise.by_person]
    return LessonView(
        anchor=f"lesson-{index}",
        summary=lesson,
        checked=checked,
        written=[exercise for exercise in exercises if exercise.by_person],
        pictures=_pictures(lesson, checked),
        mean=sum(lesson.totals) / (len(lesson.totals) or 1),
    )


def _pictures(
    lesson: LessonSummary, checked: list[ExerciseSummary]
) -> list[tuple[str, str, Picture]]:
    found: list[tuple[str, str, Picture]] = []
    if lesson.totals:
        found.append(("Points", "", drawings.picture(drawings.totals(lesson))))
    if checked:
        found.append(("Verdicts", "", drawings.picture(drawings.verdicts(checked))))
    if timed := [exercise for exercise in checked if exercise.seconds]:
        how = "dot: the median, bar: the middle 80 %, mark: the longest"
        found.append(("Computing time", how, drawings.picture(drawings.seconds(timed))))
    return found


def _grouped(troubles: list[Trouble]) -> list[tuple[Trouble, list[str]]]:
    """Put the exercises of one submission that share a cause on one line."""
    found: dict[Trouble, list[str]] = {}
    for trouble in sorted(troubles, key=lambda one: (one.lesson, one.student, one.verdict)):
        key = replace(trouble, exercise="", cause=one_line(trouble.cause, 300))
        found.setdefault(key, []).append(trouble.exercise)
    return [(key, [name for name in names if name]) for key, names in found.items()]


def _mean_share(lessons: list[LessonSummary]) -> float:
    """The points of the class as a share of all it could have."""
    earned = sum(sum(lesson.totals) for lesson in lessons)
    possible = sum(lesson.max_points * len(lesson.totals) for lesson in lessons)
    return earned / (possible or 1.0)
