"""What grading came to, on disk: one JSON file a submission, named by all that it depends on.

    .course/records/<lesson>/<student>--<key>.json   a `Record`; never changed, never removed
    .course/current/<lesson>/<student>.json          which of them counts: a `Standing`

A record is whole on disk before the gradebook is touched; a standing is written after the gradebook
has committed. So a run that dies at any moment has lost nothing, and the next one goes on: where
there is a record but no standing, it is entered again, which changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from helpers import storage
from helpers.errors import CourseError
from helpers.grading.core import ENGINE_VERSION, Limits, Record

PRIVATE = ".course"
"""What only the instructor may read, in a class's folder: 0700."""

RECORDS = ".course/records"
CURRENT = ".course/current"

#: What a verdict depends on, below helpers/: other code may change without anyone being graded
#: again.
JUDGING = (
    "checks", "data", "models", "training", "randomness.py", "grading/forgetting.py",
    "grading/grade_one.py", "grading/judging.py", "grading/library.py", "grading/master.py",
    "grading/matching.py", "grading/names.py", "grading/prepared.py", "grading/rawbook.py",
    "grading/rebuild.py",
    "grading/runner.py", "grading/shell.py", "grading/slicing.py",
)  # fmt: skip

_SHOWN = 16  #: digits of a key in a file's name
_LONGEST = 150  #: characters of a student's id in it
_PLAIN = re.compile(r"[\w@+=-][\w@+=. -]{0,99}")


@dataclass(frozen=True)
class Standing:
    """Which grading of a submission counts, and is in the gradebook."""

    student: str
    lesson: str
    key: str  #: of the record; "" where the submission was refused
    at: str  #: ISO 8601, UTC
    refused: str = ""  #: why there is no record


def record_key(notebook: bytes, files: Mapping[str, bytes], context: str) -> str:
    """Return the name of a grading: 64 hexadecimal digits, other ones if anything is different.

    Args:
        notebook: as it was handed in.
        files: those beside it, by name.
        context: all else that decides, see `context_of`.
    """
    digest = hashlib.sha256()
    for part in (context.encode(), notebook, *_flat(files)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _flat(files: Mapping[str, bytes]) -> Iterator[bytes]:
    for name in sorted(files):
        yield name.encode("utf-8", "surrogatepass")
        yield files[name]


def context_of(
    master: str, seed: int, secret: str, limits: Limits, isolated: bool, sources: str
) -> str:
    """Return what a grading depends on besides the submission, as one line that tells no secret.

    Args:
        master: identity of the lesson's master.
        seed: the grading seed.
        secret: of the class.
        limits: of a submission.
        isolated: whether it runs in a sandbox: what was graded without one is no proof.
        sources: see `sources_identity`.
    """
    plain = [ENGINE_VERSION, master, seed, secret, asdict(limits), isolated, sources]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def sources_identity(helpers: Path | None = None) -> str:
    """Return the checksum of the code that decides about verdicts; lines may end either way.

    Args:
        helpers: the package's folder; this one's by default.
    """
    root = helpers or Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for name in JUDGING:
        path = root / name
        found = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for file in (file for file in found if file.is_file()):
            digest.update(file.relative_to(root).as_posix().encode() + b"\0")
            digest.update(file.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


class Records:
    """The records of one class."""

    def __init__(self, class_folder: Path) -> None:
        self._private = class_folder / PRIVATE
        self._records = class_folder / RECORDS
        self._current = class_folder / CURRENT

    def path(self, lesson: str, student: str, key: str) -> Path:
        """Return where a record lies, or will."""
        return self._records / lesson / f"{file_name(student)}--{key[:_SHOWN]}.json"

    def save(self, record: Record) -> Path:
        """Write a record, whole or not at all.

        Raises:
            CourseError: the disk is full, or the folder is not writable.
        """
        path = self.path(record.lesson, record.student, record.key)
        self._write(path, record.to_json())
        return path

    def find(self, lesson: str, student: str, key: str) -> Record | None:
        """Return the record of this very grading, if there is one that can be read."""
        try:
            text = self.path(lesson, student, key).read_text(encoding="utf-8")
            record = Record.from_json(text)
        except (OSError, ValueError):
            return None
        same = (record.lesson, record.student, record.key) == (lesson, student, key)
        return record if same else None

    def standing(self, lesson: str, student: str) -> Standing | None:
        """Return what counts for a submission; None where nothing was ever entered."""
        return _read_standing(self._current / lesson / f"{file_name(student)}.json")

    def settle(self, standing: Standing) -> None:
        """Note that the gradebook now says what this standing says.

        Raises:
            CourseError: the disk is full, or the folder is not writable.
        """
        path = self._current / standing.lesson / f"{file_name(standing.student)}.json"
        self._write(path, json.dumps(asdict(standing), indent=1, ensure_ascii=False))

    def standings(self, lesson: str | None = None) -> Iterator[Standing]:
        """Yield what counts for every submission, by lesson and student, one at a time."""
        pattern = f"{lesson}/*.json" if lesson else "*/*.json"
        for path in sorted(self._current.glob(pattern)):
            if found := _read_standing(path):
                yield found

    def current(self, lesson: str | None = None) -> Iterator[Record]:
        """Yield the records that count, one at a time; what was refused has none."""
        for standing in self.standings(lesson):
            record = self.find(standing.lesson, standing.student, standing.key)
            if standing.key and record:
                yield record

    def _write(self, path: Path, text: str) -> None:
        try:
            self._private.mkdir(mode=0o700, exist_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CourseError(storage.write_failure(path, error)) from error
        # A lone surrogate in a learner's text must not cost the record.
        data = text.encode("utf-8", "replace")

        def write(file: BinaryIO) -> None:
            file.write(data)

        storage.write_atomically(path, write)


def _read_standing(path: Path) -> Standing | None:
    try:
        return Standing(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def file_name(student: str) -> str:
    """Return a student's id as the name of a file: itself, or with the odd characters as %XX."""
    if _PLAIN.fullmatch(student) and "--" not in student:
        return student
    name = quote(student, safe="").replace(".", "%2E").replace("-", "%2D")
    if len(name) > _LONGEST:
        name = f"{name[:_LONGEST]}%{hashlib.sha256(student.encode()).hexdigest()[:_SHOWN]}"
    return name
