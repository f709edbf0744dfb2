"""Who is who: a class's list of learners, and what a learning platform calls them."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from helpers.errors import CourseError
from helpers.grading.trees import printable

ID_COLUMNS = ("student", "student_id", "id", "username")
MAX_BYTES = 5 * 2**20

_STUDENT = re.compile(r"\w[\w.@ -]{0,79}")
_PLATFORM = re.compile(r"(?P<name>.+?)(?:_late)?_(?P<user>\d+)_(?P<number>\d+)(?:_.*)?", re.I)
_FOLDER = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_\w+", re.I)


class Unknown(ValueError):
    """Nobody, or more than one, can be meant; the message says so in one line."""


class Roster:
    """A class's learners by id, and by every other name that the list gives them."""

    def __init__(self, names: dict[str, set[str]]) -> None:
        """Take ids by name.

        Args:
            names: what somebody is called, as `_key` writes it, and the ids this may mean.
        """
        self._names = names

    @classmethod
    def read(cls, path: Path) -> Roster:
        """Read a CSV file with a header.

        One column is the id in the gradebook: `student`, `student_id`, `id` or `username`. Whatever
        stands in the others (names, addresses, numbers of a platform) may stand for the learner
        too; `first_name` and `last_name` also together, in either order.

        Raises:
            CourseError: it cannot be read, has no such column, or names somebody twice.
        """
        try:
            content = path.read_bytes()
            if len(content) > MAX_BYTES:
                raise CourseError(f"the roster {path} is too large: at most 5 MB are read")
            text = content.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CourseError(f"the roster {path} cannot be read as UTF-8 text: {error}") from error
        first = text.split("\n", 1)[0]
        delimiter = max(",;\t", key=first.count)
        try:
            rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
        except csv.Error as error:
            raise CourseError(f"the roster {path} is no table: {error}") from error
        columns = [str(name).strip().lower() for name in (rows[0] if rows else {})]
        wanted = next((name for name in ID_COLUMNS if name in columns), None)
        if wanted is None:
            raise CourseError(
                f"the roster {path} needs a first line with a column student, and rows below it"
            )
        return cls(_names(rows, wanted, path))

    def find(self, name: str) -> set[str]:
        """The ids that a name may mean."""
        return self._names.get(_key(name), set())


def _names(rows: list[dict[str, str]], wanted: str, path: Path) -> dict[str, set[str]]:
    names: dict[str, set[str]] = defaultdict(set)
    ids: set[str] = set()
    for row in rows:
        cells = {
            str(column).strip().lower(): value.strip()
            for column, value in row.items()
            if isinstance(value, str) and value.strip()
        }
        student = cells.get(wanted, "")
        if not student:
            continue
        if problem := student_problem(student):
            raise CourseError(f"the roster {path}: {printable(student)!r} {problem}")
        if _key(student) in ids:
            raise CourseError(f"the roster {path} names {printable(student)} twice")
        ids.add(_key(student))
        first, last = cells.get("first_name", ""), cells.get("last_name", "")
        for name in [*cells.values(), first + last, last + first]:
            if _key(name):
                names[_key(name)].add(student)
    for student in {student for known in names.values() for student in known}:
        names[_key(student)] = {student}  # an id means its owner, whatever others are called
    return dict(names)


def _key(name: str) -> str:
    """Platforms drop blanks, commas and capitals from names."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def student_problem(student: str) -> str:
    """Why something cannot be a learner's id, or ""."""
    if _STUDENT.fullmatch(student) and student == student.strip() and student[-1] != ".":
        return ""
    return "is no id for a learner: letters, digits and . _ - @ only, a letter or digit first"


def identify(name: str, roster: Roster | None, is_file: bool) -> str:
    """Who is meant by the name of a file or folder.

    Args:
        name: "lovelace", or as a platform writes it: "lovelace_123_456",
            "Ada Lovelace_77_assignsubmission_file_".
        roster: the class; None: a name is an id as it stands.
        is_file: names of files are often a platform's, names of folders are not.

    Raises:
        Unknown: nobody or more than one.
    """
    shown = printable(name)
    platform = _FOLDER.fullmatch(name) or _PLATFORM.fullmatch(name)
    if roster is None:
        if platform and (is_file or "_assignsubmission_" in name):
            raise Unknown(
                f"{shown} looks like a name made by a learning platform: "
                "say who is who with --roster"
            )
        student = unicodedata.normalize("NFC", name)
        if problem := student_problem(student):
            raise Unknown(f"{shown} {problem}")
        return student
    found = roster.find(name)
    if not found and platform:
        parts = platform.groupdict()
        found = roster.find(parts["name"]) | roster.find(parts.get("user") or "")
    if not found:
        raise Unknown(f"nobody in the roster is called {shown}")
    if len(found) > 1:
        raise Unknown(
            f"{shown} may be {' or '.join(sorted(found))}: give each one a line of its own"
        )
    return next(iter(found))
