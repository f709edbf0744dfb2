"""The rule for results in the prose: who says a number says where it was measured.

A number looks like a result if it is a share (`93 %`), a difference (`2 points`), a ratio
(`25-fold`, `9 times`), a time (`20 ms`), or has a decimal point. Then it must be

- in a record that the same cell names, rounded as it is written. A cell names a record by its
  command, `python -m benchmarks.climb`, or by a note that the release leaves out:
  `<!-- from benchmarks.optimizers_stages -->` for `benchmarks/results/optimizers_stages.json`.
  Behind a colon may stand which part of the record is meant, in patterns of its keys, with slashes
  between them: `<!-- from benchmarks.optimizers: race/*/test | rates -->`;
- or in a table with a note of its own, cell by cell (`tables.py`);
- or the value of a sum that a note spells out: `<!-- 3.64 = log(1 + 101 / e) -->`; a number of a
  record is written as `climb[summary/wall/test/mean]`;
- or, with a decimal point alone, a setting: a number that stands in the lesson's code, too, or in
  the command;
- or excused, with a reason, in `excused.toml`.

Reflections tell stories, and what follows them is for graders: numbers there are nobody's results.
"""

from __future__ import annotations

import ast
import fnmatch
import functools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.authoring.lint.course import Cell, Course, Flaw, Page
from helpers.authoring.lint.prose import only_prose
from helpers.authoring.lint.tables import tables
from helpers.authoring.lint.word_lists import EXCUSED, FOLDER, Exceptions

RESULTS = "benchmarks/results"

_NUMBER = r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_UNITS = r"%|-fold\b|points?\b|times\b|seconds?\b|ms\b|MB\b|M\b|k\b"
_CLAIM = re.compile(
    rf"(?P<number>{_NUMBER})(?P<joined>(?:\s?(?:[-–]|to|and|or|,)\s?{_NUMBER})*)\s?(?P<unit>{_UNITS})"
    r"|(?P<decimal>(?<![\w.,])\d+\.\d+)"
)
_ONE = re.compile(_NUMBER)
_FROM = re.compile(r"<!--\s*from benchmarks\.(\w+)\s*(?::(.*?))?-->", re.S)
_COMMAND = re.compile(r"python -m benchmarks\.(\w+)")
_SUM = re.compile(r"<!--\s*([\d.,]+)\s*=\s*(.*?)-->", re.S)
_ENTRY = re.compile(r"(\w+)\[([^\]]+)\]")
_IN_TEXT = re.compile(rf"(?P<number>{_NUMBER}) ?%(?![\w(])")
_NO_RESULTS = ("machine", "seeds")
_SCALES = (1.0, 100.0, 1e-3, 1e-6)
"""A record holds shares for percent and whole numbers for thousands (k) and millions (M)."""


@dataclass(frozen=True)
class Record:
    """Results that a command has written.

    Attributes:
        values: all of them, by their keys with slashes between.
        means: those of its summary, where it has one: single runs are nobody's result.
    """

    values: dict[str, float]
    means: dict[str, float]

    def holds(self, number: str, patterns: tuple[str, ...] = ()) -> bool:
        """Whether a number is in it, rounded as it is written, or names one of its settings."""
        wanted, tolerance = _value(number), _tolerance(number)
        return any(
            abs(abs(value) * scale - wanted) <= tolerance or number in re.findall(_NUMBER, path)
            for path, value in self.means.items()
            if not patterns or any(fnmatch.fnmatchcase(path, each) for each in patterns)
            for scale in _SCALES
        )


@dataclass(frozen=True)
class Source:
    """Where a cell says that its numbers are from."""

    record: str
    patterns: tuple[str, ...]


def numbers(course: Course) -> Iterator[Flaw]:
    """Every number that looks like a result is in a record, a sum, the code, or excused."""
    exceptions = Exceptions.read("numbers", course.root)
    for page in course.pages:
        settings = _settings(page)
        for cell in page.prose():
            yield from _wrong_sums(page, cell, course.root)
            sources = _sources(cell)
            yield from _lost_sources(page, cell, sources, course.root)
            yield from _wrong_tables(page, cell, course.root)
            told = _without_tables(cell.text.partition("**Reflection ")[0])
            for place, claim, number, is_setting in _claims(told):
                if exceptions.hold(page.name, claim) or number in _sums(cell):
                    continue
                if is_setting and _value(number) in settings | _options(cell):
                    continue
                if not _recorded(number, sources, course.root):
                    yield page.flaw(cell.line_at(place), *_unproved(claim, number, sources))
        yield from _printed(page, exceptions)


def _wrong_tables(page: Page, cell: Cell, root: Path) -> Iterator[Flaw]:
    for table in tables(cell.text):
        record, misfit = _record(root, table.record), table.misfit()
        if record is None:
            misfit = f"is of {RESULTS}/{table.record}.json, and there is none"
        if record is None or misfit:
            line = cell.line_at(table.place)
            yield page.flaw(line, f"the note {misfit}", "let it fit the table and the record")
            continue
        for entry in table.entries():
            for number in _ONE.findall(only_prose(entry.text)):
                if not record.holds(number, (entry.pattern,)):
                    yield page.flaw(
                        cell.line_at(entry.place),
                        f"the {number} of '{entry.text}' is not {entry.pattern} in {RESULTS}/"
                        f"{entry.record}.json",
                        "correct it, or the note below the table",
                    )


def _without_tables(text: str) -> str:
    """Blank out the rows that have been compared with their own entries."""
    for table in tables(text):
        rows = re.sub(r"[^\n]", " ", text[table.start : table.end])
        text = text[: table.start] + rows + text[table.end :]
    return text


def _claims(text: str) -> Iterator[tuple[int, str, str, bool]]:
    """Every number that looks like a result: its place, the claim, the number, if it may be set."""
    for found in _CLAIM.finditer(only_prose(text)):
        claim = " ".join(found[0].split())
        if found["decimal"]:
            yield found.start(), claim, claim, True
            continue
        for number in _ONE.findall(found["number"] + found["joined"]):
            yield found.start(), claim, number, False


def _printed(page: Page, exceptions: Exceptions) -> Iterator[Flaw]:
    """Shares in texts that the code prints or writes on a picture."""
    for cell in page.code():
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                for found in _IN_TEXT.finditer(node.value):
                    if not exceptions.hold(page.name, found[0]):
                        yield page.flaw(
                            cell.line + node.lineno - 1,
                            f"'{found[0]}' in a text of the code looks like a result",
                            "compute it where it is shown, or say it in the prose with its source",
                        )


def _unproved(claim: str, number: str, sources: list[Source]) -> tuple[str, str]:
    if not sources:
        return (
            f"'{claim}' looks like a result, and its cell names no record",
            "name its command, `python -m benchmarks.<name>`, or add the note "
            f"<!-- from benchmarks.<name> --> or <!-- {number} = a sum -->; what is no result "
            f"belongs in {FOLDER}/{EXCUSED}",
        )
    names = ", ".join(f"{RESULTS}/{source.record}.json" for source in sources)
    return (
        f"the {number} of '{claim}' is not in {names}",
        "correct it, measure it anew, or name the record that holds it",
    )


def _sources(cell: Cell) -> list[Source]:
    """What a cell names; its comments, where there are any, in place of its commands."""
    named = [
        Source(name, tuple(" ".join(each.split()) for each in patterns.split("|") if each.strip()))
        for name, patterns in _FROM.findall(cell.text)
    ]
    return named or [Source(name, ()) for name in dict.fromkeys(_COMMAND.findall(cell.text))]


def _lost_sources(page: Page, cell: Cell, sources: list[Source], root: Path) -> Iterator[Flaw]:
    for source in sources:
        place = cell.text.index(f"benchmarks.{source.record}")
        made_by = [source.record[:end] for end in _ends(source.record)]
        if not any((root / "benchmarks" / f"{each}.py").is_file() for each in made_by):
            yield page.flaw(
                cell.line_at(place),
                f"no command makes the record {source.record}",
                f"it takes a benchmarks/{source.record}.py, run as python -m benchmarks.…",
            )
        elif _record(root, source.record) is None and list(_claims(cell.text)):
            yield page.flaw(
                cell.line_at(place),
                f"there is no {RESULTS}/{source.record}.json",
                f"run `python -m benchmarks.{made_by[-1]}`, and commit what it writes",
            )


def _ends(name: str) -> list[int]:
    """`optimizers_stages` may be made by itself or by `optimizers`."""
    return [*(i for i, letter in enumerate(name) if letter == "_"), len(name)]


def _recorded(number: str, sources: list[Source], root: Path) -> bool:
    for source in sources:
        record = _record(root, source.record)
        if record is not None and record.holds(number, source.patterns):
            return True
    return False


def _record(root: Path, name: str) -> Record | None:
    path = root / RESULTS / f"{name}.json"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else None


@functools.lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> Record:
    content = json.loads(path.read_text(encoding="utf-8"))
    means = dict(_leaves(content.get("summary", content), ""))
    return Record(dict(_leaves(content, "")), means)


def _leaves(value: Any, path: str) -> Iterator[tuple[str, float]]:
    """All numbers of a record, by their keys with slashes between them."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        if key in _NO_RESULTS:
            continue
        inner = f"{path}/{key}" if path else str(key)
        if isinstance(child, dict | list):
            yield from _leaves(child, inner)
        elif isinstance(child, int | float) and not isinstance(child, bool):
            yield inner, float(child)


def _sums(cell: Cell) -> set[str]:
    return {number for number, _ in _SUM.findall(cell.text)}


def _wrong_sums(page: Page, cell: Cell, root: Path) -> Iterator[Flaw]:
    for found in _SUM.finditer(cell.text):
        try:
            value = _value_of(found[2], root)
        except Exception as error:
            wrong = f"the sum {found[2].strip()!r} cannot be computed ({error!r})"
        else:
            if abs(value - _value(found[1])) <= _tolerance(found[1]):
                continue
            wrong = f"{found[2].strip()} is {value:.6g}, not {found[1]}"
        yield page.flaw(cell.line_at(found.start()), wrong, "correct the number or the sum")


def _value_of(arithmetic: str, root: Path) -> float:
    """Compute a sum of numbers, functions of `math` and entries of records."""

    def entry(found: re.Match[str]) -> str:
        record = _record(root, found[1])
        if record is None:
            raise KeyError(f"no record {found[1]}")
        return repr(record.values[found[2]])

    return float(eval(_ENTRY.sub(entry, arithmetic), {"__builtins__": {}}, vars(math)))


def _settings(page: Page) -> set[float]:
    """The numbers that stand in the lesson's code, as learners see it or in its formulas."""
    return {
        float(node.value)
        for cell in page.code()
        for node in ast.walk(cell.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    }


def _options(cell: Cell) -> set[float]:
    """The numbers in the commands that a cell names."""
    commands = re.findall(r"`[^`]*(?:python -m|--)[^`]*`", cell.text)
    return {_value(number) for text in commands for number in _ONE.findall(text)}


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _tolerance(number: str) -> float:
    """Half of the last digit."""
    return 0.5 * 10.0 ** -_decimals(number) * (1 + 1e-6)


def _decimals(number: str) -> int:
    """Digits after the point; below zero for round thousands, `4,700` being good to the hundred."""
    if "." in number:
        return len(number.partition(".")[2])
    plain = number.replace(",", "")
    return len(plain.rstrip("0")) - len(plain) if "," in number else 0
