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
    def read(cls, rule: str, root: Path) -> Exceptions:
        """Read those of one rule, from the repository that is linted."""
        entries = _read(root, EXCUSED).get(rule, [])
        return cls(rule, tuple(Excuse(**entry) for entry in entries))

    def hold(self, lesson: str, text: str) -> bool:
        """Tell whether this text of a lesson is excused."""
        return any(each.text == text and each.lesson in (lesson, "*") for each in self.excuses)


@dataclass(frozen=True)
class Word:
    """One thing, one word: what to write instead of these, and why.

    Attributes:
        unless: phrases in which a word to avoid means something else.
    """

    preferred: str
    avoid: tuple[str, ...]
    reason: str
    unless: tuple[str, ...] = ()
    case_matters: bool = False

    def finds(self, text: str) -> Iterator[re.Match[str]]:
        """Find the words to avoid in prose without code."""
        flags = re.NOFLAG if self.case_matters else re.IGNORECASE
        if self.unless:
            text = re.sub(_any(self.unless), _blank, text, flags=re.IGNORECASE)
        return re.finditer(_any(self.avoid), text, flags)


def _any(phrases: tuple[str, ...]) -> str:
    """A pattern for phrases of whole words, the longest first, also where a line ends in one."""
    longest_first = sorted(phrases, key=len, reverse=True)
    words = (r"\s+".join(re.escape(word) for word in each.split()) for each in longest_first)
    return rf"(?<![\w.-])(?:{'|'.join(words)})(?![\w-])"


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"\S", " ", found[0])


def vocabulary(root: Path) -> tuple[Word, ...]:
    """Read the words of the repository that is linted."""
    return tuple(
        Word(
            entry["preferred"],
            tuple(entry["avoid"]),
            entry["reason"],
            tuple(entry.get("unless", ())),
            entry.get("case_matters", False),
        )
        for entry in _read(root, WORDS).get("words", [])
    )


def excuses(course: Course) -> Iterator[Flaw]:
    """Every excuse is still needed: its text stands in the lesson."""
    pages = {page.name: page for page in course.pages}
    for rule in _read(course.root, EXCUSED):
        for excuse in Exceptions.read(rule, course.root).excuses:
            page = pages.get(excuse.lesson)
            if page and not _stands_in(excuse.text, page):
                yield Flaw(
                    f"{FOLDER}/{EXCUSED}",
                    _line_of(f'"{excuse.lesson}"', excuse.text, course.root),
                    f"{excuse.text!r} no longer stands in {page.path}",
                    "take the excuse out",
                )


def _line_of(lesson: str, text: str, root: Path) -> int:
    """The line of an excuse: the first with this text below the name of its lesson."""
    lines = (root / FOLDER / EXCUSED).read_text(encoding="utf-8").split("\n")
    named = False
    for number, line in enumerate(lines, 1):
        named = (named and not line.startswith("[[")) or lesson in line
        if named and text in line:
            return number
    return 1


def _stands_in(text: str, page: Page) -> bool:
    return any(text in " ".join(cell.text.split()) for cell in page.cells)


def _read(root: Path, name: str) -> dict[str, Any]:
    path = root / FOLDER / name
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
