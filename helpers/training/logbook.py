"""The learner's logbook: predictions, measurements and passed checks, one JSON object a line."""

from __future__ import annotations

import errno
import json
import math
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.errors import CourseError

NAME = "logbook.jsonl"
VARIABLE = "COURSE_LOGBOOK"
_PARENTS = 3
_NBGRADER_RUNS = "NBGRADER_EXECUTION"  # set by nbgrader while it grades or validates
_LESSON_FOLDER = re.compile(r"\d\d_\w+")

Entry = dict[str, Any]


class Logbook:
    """An append-only file of entries, shared by all lessons.

    Several notebooks may write at the same time: an entry is a single appended write. Lines that
    cannot be read are skipped and reported. A folder that cannot be written costs one line of
    warning, and the lesson goes on with the entries in memory. So it does, without a line, when
    nbgrader validates or grades: that run is not one the learner made.
    """

    def __init__(self, path: Path) -> None:
        """Use `Logbook.open()`; this takes the file as it is given."""
        self.path = path
        self._unsaved: list[Entry] = []

    @classmethod
    def open(cls, path: str | Path | None = None) -> Logbook:
        """The logbook at a path, or the one of this course.

        Without a path: the environment variable COURSE_LOGBOOK; else an existing logbook.jsonl
        in the working folder or up to three folders above; else a new one, beside the lessons'
        folders when the working folder is a lesson's.
        """
        chosen = path or os.environ.get(VARIABLE)
        if chosen:
            return cls(Path(chosen).expanduser())
        here = Path.cwd()
        for folder in [here, *here.parents[:_PARENTS]]:
            if (folder / NAME).is_file():
                return cls(folder / NAME)
        return cls((here.parent if _LESSON_FOLDER.fullmatch(here.name) else here) / NAME)

    def record(self, lesson: str, name: str, **figures: Any) -> Entry:
        """Append what a run measured; return the entry.

        Args:
            lesson: such as "00_the_wall".
            name: of the run, such as "wall".
            figures: numbers, texts, or plain lists of them.

        Raises:
            CourseError: a figure is not plain data.
        """
        entry = {"kind": "run", "lesson": lesson, "name": name, "figures": _plain(figures)}
        return self._append(entry)

    def predict(self, question: str, value: Any) -> None:
        """Store what the learner expects before the run, and say so in one line."""
        self._append({"kind": "prediction", "question": question, "value": _plain(value)})
        print(f"Noted. {question}: you predict {_shown(value)}.")

    def compare(self, question: str, measured: Any) -> None:
        """Put what was measured beside the last prediction, in one line."""
        entry = self._append(
            {"kind": "measurement", "question": question, "value": _plain(measured)}
        )
        made = [e for e in self._read() if e["kind"] == "prediction" and e["question"] == question]
        if not made:
            print(f"{question}: measured {_shown(measured)} (no prediction was stored).")
            return
        predicted, measured = made[-1]["value"], entry["value"]
        line = f"{question}: you predicted {_shown(predicted)}, measured {_shown(measured)}"
        if _is_number(predicted) and _is_number(measured):
            line += f" ({measured - predicted:+.3g})"
        print(line + ".")

    def note_passed(self, exercise: str) -> None:
        """Note that the learner's answer passed its check: once, without a word.

        Args:
            exercise: such as "wall.accuracy".
        """
        if exercise not in self.passed():
            self._append({"kind": "check", "exercise": exercise}, quiet=True)

    def passed(self) -> set[str]:
        """The exercises whose check has passed."""
        return {e["exercise"] for e in self._read(quiet=True) if e["kind"] == "check"}

    def entries(self, lesson: str | None = None, name: str | None = None) -> list[Entry]:
        """Recorded runs, oldest first: dicts with lesson, name, figures and time."""
        return [
            entry
            for entry in self._read()
            if entry["kind"] == "run"
            and lesson in (None, entry["lesson"])
            and name in (None, entry["name"])
        ]

    def _append(self, entry: Entry, quiet: bool = False) -> Entry:
        entry = {**entry, "time": datetime.now(UTC).isoformat(timespec="seconds")}
        if os.environ.get(_NBGRADER_RUNS):
            self._unsaved.append(entry)
            return entry
        line = (json.dumps(entry, ensure_ascii=False) + "\n").encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                # A line cut short by a power loss must not swallow the one written now.
                block = b"\n" + line if _ends_mid_line(descriptor) else line
                if os.write(descriptor, block) < len(block):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if not self._unsaved and not quiet:
                reason = (error.strerror or str(error)).lower()
                print(
                    f"The logbook {self.path} cannot be written ({reason}); the lesson goes on "
                    f"without saving. Set {VARIABLE} to a file you may write to."
                )
            self._unsaved.append(entry)
        return entry

    def _read(self, quiet: bool = False) -> list[Entry]:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            lines = []
        except OSError as error:
            if not quiet:
                print(f"The logbook {self.path} cannot be read ({(error.strerror or '').lower()}).")
            lines = []
        found = [_parsed(line) for line in lines if line.strip()]
        good = [entry for entry in found if entry is not None]
        if len(good) < len(found) and not quiet:
            print(f"{len(found) - len(good)} line(s) of {self.path} cannot be read: skipped.")
        return good + self._unsaved


def best_runs(entries: Iterable[Mapping[str, Any]], figure: str) -> dict[str, Entry]:
    """The run of each lesson with the largest figure, in the order of the lessons.

    Args:
        entries: from `Logbook.entries()`; those without the figure are left out.
        figure: such as "valid_accuracy".
    """
    best: dict[str, Entry] = {}
    for entry in entries:
        value = entry.get("figures", {}).get(figure)
        if not _is_number(value) or not math.isfinite(value):
            continue
        held = best.get(entry["lesson"])
        if held is None or value > held["figures"][figure]:
            best[entry["lesson"]] = dict(entry)
    return dict(sorted(best.items()))


def _ends_mid_line(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if not size:
        return False
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) != b"\n"


_FIELDS: dict[str, dict[str, type]] = {
    "run": {"lesson": str, "name": str, "figures": dict},
    "prediction": {"question": str, "value": object},
    "measurement": {"question": str, "value": object},
    "check": {"exercise": str},
}


def _parsed(line: bytes) -> Entry | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(entry, dict) or entry.get("kind") not in _FIELDS:
        return None
    fields = _FIELDS[entry["kind"]]
    whole = all(name in entry and isinstance(entry[name], kind) for name, kind in fields.items())
    return entry if whole else None


def _plain(value: Any) -> Any:
    """The value as JSON can hold it: tensors become numbers or lists, NaN becomes None."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if callable(getattr(value, "tolist", None)):  # a tensor or an array, of any size
        return _plain(value.tolist())
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    raise CourseError(
        f"The logbook holds numbers, texts and lists of them, not {type(value).__name__}."
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    value = _plain(value)
    return f"{value:.4g}" if _is_number(value) else str(value)
