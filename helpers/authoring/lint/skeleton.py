"""Rules for a lesson as a whole: its sections in their order, and the time that it takes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from helpers.authoring.lint.course import WHOLE_FILE, Course, Flaw, Page
from helpers.authoring.start_page import minutes_of

SECTIONS = (
    "See it",
    "Predict",
    "Try it",
    "Build it",
    "Measure it",
    "What goes wrong",
    "Recap",
)
"""The same in every lesson, so that learners know where they are; others may come between."""

SHORTEST, LONGEST = 30, 90
"""Minutes of a lesson."""

AROUND = 45
"""Minutes at most for what is no exercise: reading, predicting, the widget, watching it train."""

_SECTION = re.compile(r"^## (.+)$", re.M)
_EXERCISE = re.compile(r"^\*\*Exercise [^*]+\*\* · .* · (\d+) minutes?\b", re.M)


def sections(course: Course) -> Iterator[Flaw]:
    """Every lesson has the sections that all have, in the same order."""
    for page, _ in course.lessons():
        found = [
            (title, cell.line_at(match.start()))
            for cell in page.prose()
            for match in _SECTION.finditer(cell.text)
            if (title := match[1].strip()) in SECTIONS
        ]
        titles = [title for title, _ in found]
        for missing in (title for title in SECTIONS if title not in titles):
            yield page.flaw(
                WHOLE_FILE,
                f"the section '{missing}' is missing",
                f"add '## {missing}'; the order is {', '.join(SECTIONS)}",
            )
        for (before, _), (title, line) in itertools.pairwise(found):
            if SECTIONS.index(title) <= SECTIONS.index(before):
                yield page.flaw(
                    line,
                    f"the section '{title}' comes after '{before}'",
                    f"the order is {', '.join(SECTIONS)}, each once",
                )


def minutes(course: Course) -> Iterator[Flaw]:
    """The time that a lesson promises holds its exercises, and is not too long for one sitting."""
    for page, _ in course.lessons():
        stated = minutes_of(page.cells[0].text)
        if stated is None:
            yield page.flaw(
                WHOLE_FILE, "the lesson does not say how long it takes", "write *About 45 minutes."
            )
            continue
        line = page.cells[0].line_at(page.cells[0].text.index("*About"))
        asked = _minutes_of_exercises(page)
        if not SHORTEST <= stated <= LONGEST:
            yield page.flaw(
                line,
                f"the lesson takes {stated} minutes",
                f"{SHORTEST} to {LONGEST} minutes suit a sitting: divide it, or fill it",
            )
        elif not asked <= stated <= asked + AROUND:
            yield page.flaw(
                line,
                f"the lesson promises {stated} minutes, its exercises alone ask for {asked}",
                f"say between {asked} and {asked + AROUND}, or mend the minutes of the exercises",
            )


def _minutes_of_exercises(page: Page) -> int:
    return sum(int(found) for cell in page.prose() for found in _EXERCISE.findall(cell.text))
