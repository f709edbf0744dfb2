"""`course lint`: everything that no longer holds in the lessons, all at once.

`course build` stops at the first mistake that would break a notebook. The linter goes on, and
looks at the rest: exercises that lack a part, names that do not exist, numbers that nobody
measured, links that lead nowhere, two words for one thing.

A rule is a function from a `Course` to `Flaw`s. To add one, write it beside its like and put it
into `RULES` under the name that authors will read; give it a fixture in tests/fixtures/lint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.authoring.lint import (
    cells,
    exercises,
    links,
    names,
    numbers,
    skeleton,
    vocabulary,
    word_lists,
)
from helpers.authoring.lint.course import (
    WHOLE_FILE,
    Course,
    Flaw,
    page_of,
    start_page_of,
)
from helpers.authoring.sources import AuthoringError, Lesson, parse_lesson
from helpers.authoring.start_page import START
from helpers.checks import EXERCISES, Exercise
from helpers.errors import CourseError
from helpers.places import lessons

Rule = Callable[[Course], Iterator[Flaw]]

RULES: Mapping[str, Rule] = {
    "form": cells.form,
    "check-call": exercises.graded_checks,
    "registered": exercises.registered,
    "announcement": exercises.announcements,
    "stub": exercises.stubs,
    "hints": exercises.hints,
    "answers": exercises.answers,
    "last-expression": cells.last_expressions,
    "quiet": cells.quiet,
    "release": cells.released,
    "sections": skeleton.sections,
    "minutes": skeleton.minutes,
    "names": names.names,
    "numbers": numbers.numbers,
    "links": links.links,
    "pictures": links.pictures,
    "vocabulary": vocabulary.vocabulary,
    "excuses": word_lists.excuses,
}


@dataclass(frozen=True, order=True)
class Problem:
    """One line of the linter's report."""

    path: str
    line: int
    rule: str
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.wrong}; {self.remedy}"


def lint(
    root: Path,
    commands: Mapping[str, frozenset[str] | None],
    wanted: Sequence[str] = (),
    checked: Mapping[str, Exercise] = EXERCISES,
) -> list[Problem]:
    """Return all that is wrong with the lessons, by file and line.

    Args:
        root: of the repository.
        commands: of `course`, with the options of each; None where it passes on any.
        wanted: lessons by name or a part of it (`02`, `unfreezing`); none for all of them.
        checked: the exercises that have a check.

    Raises:
        CourseError: no lesson is called so.
    """
    folder = root / "solutions"
    chosen = _chosen(lessons(folder), wanted)
    read, problems = _read(root, [folder / f"{name}.py" for name in chosen])
    pages = [page_of(lesson, root) for lesson in read]
    start = folder / f"{START}.py"
    if not wanted and start.is_file():
        pages.append(start_page_of(start, root))
    course = Course(root, tuple(pages), checked, commands, whole=not wanted and not problems)
    problems += [Problem(*flaw[:2], name, *flaw[2:]) for name, flaw in _flaws(course)]
    return sorted(set(problems))


def _flaws(course: Course) -> Iterator[tuple[str, Flaw]]:
    for name, rule in RULES.items():
        yield from ((name, flaw) for flaw in rule(course))


def _chosen(known: list[str], wanted: Sequence[str]) -> list[str]:
    for each in wanted:
        if not any(each in name for name in known):
            raise CourseError(f"no lesson is called {each!r}: there are {', '.join(known)}")
    return [name for name in known if not wanted or any(each in name for each in wanted)]


def _read(root: Path, paths: list[Path]) -> tuple[list[Lesson], list[Problem]]:
    """Read the lessons; one that cannot be read is a problem of its own."""
    read, problems = [], []
    for path in paths:
        try:
            read.append(parse_lesson(path))
        except AuthoringError as error:
            where = path.relative_to(root).as_posix()
            problems.append(Problem(where, WHOLE_FILE, "form", str(error), "mend it first"))
    return read, problems
