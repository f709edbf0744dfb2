"""The plain data that the stages of grading hand to each other. No stage is imported here."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

from helpers.verdicts import SEVERITY

#: Raised when what a record holds, or how it comes about, changes: older records are then ignored.
ENGINE_VERSION = 1

Origin = Literal["master", "answer", "learner"]
Ended = Literal["evidence", "timeout", "memory", "output", "crash"]


def seed_of(secret: int, exercise: str) -> int:
    """The seed that draws the inputs of one exercise: 0 to 2**63 - 1, useless for the others."""
    digest = hashlib.sha256(f"{secret}:{exercise}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


@dataclass(frozen=True)
class Limits:
    """What one submission may use. Every number is a maximum; none is a promise."""

    item_seconds: float = 60.0  #: wall-clock time of one item
    submission_seconds: float = 300.0  #: wall-clock time of all its items together
    cpu_seconds: int = 60  #: processor time of one item
    memory_mb: int = 1500  #: of all its processes, on top of what the template shares with them
    processes: int = 64
    disk_mb: int = 64  #: of all it writes
    files: int = 2000
    output_bytes: int = 200_000  #: printed by one item, counted while it is printed


@dataclass(frozen=True)
class Source:
    """Code to run before an answer is probed."""

    text: str
    origin: Origin  #: the master's code may be trusted, but nothing depends on that
    name: str  #: the cell's id; what a traceback shows


@dataclass(frozen=True)
class Item:
    """One graded cell that a machine scores.

    `verdict` is empty where it is to be executed and judged; "missing" or "unreadable" where
    there is nothing to execute, and `cause` then says why in one line.
    """

    grade_id: str  #: of the cell, as in the gradebook: "wall-accuracy"
    exercise: str  #: "wall.accuracy"
    points: float
    answer: str = ""  #: the expression the master's check is given: "accuracy", "'predictions.csv'"
    sources: tuple[Source, ...] = ()  #: in order
    verdict: str = ""
    cause: str = ""


@dataclass(frozen=True)
class Manual:
    """One cell that a person grades: what the learner wrote there."""

    grade_id: str
    points: float
    answer: str
    changed: bool  #: False: as it was handed out


@dataclass(frozen=True)
class Package:
    """All that is needed to grade one submission, anywhere: `grade_one` gets it as bytes.

    It holds the class's secret where an item is scored by it: packages go to trusted workers only
    and are never written to disk.
    """

    student: str
    lesson: str
    seed: int  #: secret; every exercise draws from `seed_of(seed, exercise)`
    items: tuple[Item, ...]
    manual: tuple[Manual, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)  #: beside the notebook, by name
    secret: str = ""  #: of the class, for the items it scores
    key: str = ""  #: of the record, see `records`
    notes: tuple[str, ...] = ()  #: what intake and rebuild had to say, a line each

    def to_bytes(self) -> bytes:
        """Serialise it; no pickle."""
        plain = asdict(replace(self, files={}))
        plain["files"] = {n: base64.b64encode(b).decode() for n, b in self.files.items()}
        return json.dumps(plain).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Package:
        """Read what `to_bytes` wrote."""
        plain = json.loads(data)
        items = tuple(
            Item(**{**item, "sources": tuple(Source(**s) for s in item["sources"])})
            for item in plain.pop("items")
        )
        manual = tuple(Manual(**entry) for entry in plain.pop("manual"))
        files = {n: base64.b64decode(text) for n, text in plain.pop("files").items()}
        notes = tuple(plain.pop("notes"))
        return cls(items=items, manual=manual, files=files, notes=notes, **plain)


@dataclass(frozen=True)
class Job:
    """One item as the sandbox gets it: nothing in it may say what is right."""

    exercise: str
    answer: str
    sources: tuple[Source, ...]
    seed: int


@dataclass(frozen=True)
class Outcome:
    """What came out of the sandbox for one item. `evidence` is not to be trusted."""

    ended: Ended
    evidence: bytes = b""  #: as `checks.evidence.to_bytes` writes it; empty unless `ended` says so
    cause: str = ""  #: one line: which limit, which signal
    printed: str = ""  #: the beginning of what its cells and its answer printed
    problem: str = ""  #: the last error of its own cells, as text: "NameError: ..."
    seconds: float = 0.0  #: wall clock
    cpu_seconds: float = 0.0  #: of all its processes
    own_seconds: float = 0.0  #: processor time of its cells and the probe alone
    peak_mb: float = 0.0


@dataclass(frozen=True)
class Result:
    """The verdict on one item, and why."""

    grade_id: str
    exercise: str
    verdict: str
    points: float
    max_points: float
    findings: tuple[Mapping[str, str], ...] = ()  #: fields of `checks.Finding`, basic ones first
    note: str = ""
    cause: str = ""
    printed: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    own_seconds: float = 0.0
    peak_mb: float = 0.0

    def __post_init__(self) -> None:
        if self.verdict not in SEVERITY:
            raise ValueError(f"there is no verdict {self.verdict!r}")

    @property
    def finding(self) -> str:
        """The code of the most basic finding, or ""."""
        return str(self.findings[0]["code"]) if self.findings else ""

    @property
    def message(self) -> str:
        """One line: what a grades.csv says of it."""
        return str(self.findings[0]["message"]) if self.findings else self.cause or self.note


@dataclass(frozen=True)
class Record:
    """What grading one submission came to: kept as JSON, one file each."""

    key: str
    student: str
    lesson: str
    results: tuple[Result, ...]
    manual: tuple[Manual, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)  #: grade id -> the learner's code
    notes: tuple[str, ...] = ()
    sandbox: str = ""  #: what held: "bubblewrap, cgroups" or "none"
    graded_at: str = ""  #: ISO 8601, UTC
    seconds: float = 0.0
    final: bool = True  #: False: grading failed, not the submission; the next run tries again
    engine: int = ENGINE_VERSION

    def to_json(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else, or was written by another version of the engine.
        """
        try:
            plain: dict[str, Any] = json.loads(text)
            if plain["engine"] != ENGINE_VERSION:
                raise ValueError(f"written by version {plain['engine']} of the engine")
            results = tuple(
                Result(**{**entry, "findings": tuple(entry["findings"])})
                for entry in plain.pop("results")
            )
            manual = tuple(Manual(**entry) for entry in plain.pop("manual"))
            return cls(results=results, manual=manual, notes=tuple(plain.pop("notes")), **plain)
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is not a record: {error}") from error


class Sandbox(Protocol):
    """Where a submission runs. Items run in order, each in a process of its own."""

    @property
    def holds(self) -> str:
        """What keeps a submission in, for people: "bubblewrap, rlimits" or "none"."""

    def run(
        self, jobs: Sequence[Job], files: Mapping[str, bytes], limits: Limits
    ) -> Iterator[Outcome]:
        """Run the items of one submission; one outcome each, in order, whatever they do.

        Raises:
            CourseError: the sandbox itself cannot work; nothing is known about the submission.
        """

    def close(self) -> None:
        """End all that still runs."""
