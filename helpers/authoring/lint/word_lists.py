"""The two lists that authors edit: what is excused, and which word is used for what."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.authoring.lint.course import Course, Flaw, Page

FOLDER = "helpers/authoring/lint"
EXCUSED, WORDS = "excused.toml", "words.toml"


@dataclass(frozen=True)
class Excuse:
    """Something that a rule would report, and the reason why it is right.

    Attributes:
        lesson: its name, or `*` for all.
        text: as it stands in the prose.
    """

    lesson: str
    text: str
    reason: str


@dataclass(frozen=True)
class Exceptions:
    """What is excused from one rule."""

    rule: str
    excuses: tuple[Excuse, ...]

    @classmethod
    def read(cls, rule: str) -> Exceptions:
        """Read those of one rule."""
        return cls(rule, tuple(Excuse(**entry) for entry in _read(EXCUSED).get(rule, [])))

    def hold(self, lesson: str, text: str) -> bool:
        """Tell whether this text of a lesson is excused."""
        return any(each.text == text and each.lesson in (lesson, "*") for each in self.excuses)


@dataclass(frozen=True)
class Word:
    """One thing, one word: what to write instead of these, and why."""

    preferred: str
    avoid: tuple[str, ...]
    reason: str
    case_matters: bool = False

    def finds(self, text: str) -> Iterator[re.Match[str]]:
        """Find the words to avoid in prose without code."""
        flags = re.NOFLAG if self.case_matters else re.IGNORECASE
        for each in self.avoid:
            words = r"\s+".join(re.escape(word) for word in each.split())
            yield from re.finditer(rf"(?<![\w-]){words}(?![\w-])", text, flags)


def vocabulary() -> tuple[Word, ...]:
    """Read the words."""
    entries = _read(WORDS)["words"]
    return tuple(Word(**{**entry, "avoid": tuple(entry["avoid"])}) for entry in entries)


def excuses(course: Course) -> Iterator[Flaw]:
    """Every excuse is still needed: its text stands in the lesson."""
    pages = {page.name: page for page in course.pages}
    lines = (Path(__file__).parent / EXCUSED).read_text(encoding="utf-8").split("\n")
    for rule in _read(EXCUSED):
        for excuse in Exceptions.read(rule).excuses:
            page = pages.get(excuse.lesson)
            if page and not _stands_in(excuse.text, page):
                yield Flaw(
                    f"{FOLDER}/{EXCUSED}",
                    1 + next(i for i, line in enumerate(lines) if repr(excuse.text)[1:-1] in line),
                    f"{excuse.text!r} no longer stands in {page.path}",
                    "take the excuse out",
                )


def _stands_in(text: str, page: Page) -> bool:
    return any(text in " ".join(cell.text.split()) for cell in page.cells)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
