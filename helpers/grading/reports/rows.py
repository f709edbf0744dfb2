"""One row an item, from what the machine found and what people did: all reports start here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from helpers.authoring.sources import exercise_of
from helpers.grading.core import Manual, Record, Result
from helpers.grading.reports.scores import NO_SCORES, Score, Scores

T = TypeVar("T")

WAITING = "waiting for a person to grade it"
UNTOUCHED = "left as it was handed out"


@dataclass(frozen=True)
class Row:
    """What one item came to. `points` is None while a person has yet to grade it."""

    grade_id: str
    exercise: str
    points: float | None
    max_points: float
    verdict: str  #: one of SEVERITY; "" for what a person judges
    finding: str = ""
    message: str = ""
    comment: str = ""  #: of a person
    by_hand: bool = False  #: a person set or changed the points
    result: Result | None = None  #: where a machine judged
    manual: Manual | None = None  #: where a person does

    @property
    def waiting(self) -> bool:
        """Whether a person has yet to grade it."""
        return self.points is None


def rows_of(record: Record, scores: Scores = NO_SCORES) -> Iterator[Row]:
    """Yield the items of a submission in the lesson's order, what a person grades last.

    Points are those that nbgrader would count: a person's score goes before the machine's.
    """
    for result in record.results:
        yield _scored(result, *_score(scores, result.grade_id))
    lost = _lost(record)
    for manual in record.manual:
        yield _read(manual, *_score(scores, manual.grade_id), lost)


def of_item(by_grade_id: Mapping[str, T], grade_id: str) -> T | None:
    """Look up what belongs to a graded cell: under its own id, or its answer cell's."""
    return next((by_grade_id[one] for one in _ids(grade_id) if one in by_grade_id), None)


def _ids(grade_id: str) -> tuple[str, str]:
    return grade_id, f"answer-{exercise_of(grade_id).partition('.')[2]}"


def _score(scores: Scores, grade_id: str) -> tuple[Score, str]:
    """What a person did to the graded cell, and what they said there or at the answer."""
    comments = (scores[one].comment for one in _ids(grade_id) if one in scores)
    return scores.get(grade_id, Score()), next(filter(None, comments), "")


def _scored(result: Result, score: Score, comment: str) -> Row:
    by_hand = score.points is not None or score.extra != 0
    points = (result.points if score.points is None else score.points) + score.extra
    message = f"points given by a person; {result.message}" if by_hand else result.message
    return Row(
        result.grade_id, result.exercise, points, result.max_points, result.verdict,
        result.finding, message.removesuffix("; "), comment, by_hand, result,
    )  # fmt: skip


def _lost(record: Record) -> str:
    """Why nothing of a submission could be read; "" where something could."""
    results = record.results
    if results and all(result.verdict == "unreadable" for result in results):
        return results[0].message or "it could not be read"
    return ""


def _read(manual: Manual, score: Score, comment: str, lost: str) -> Row:
    by_hand = score.points is not None
    points: float | None
    if score.points is not None:
        points, verdict, message = score.points + score.extra, "", "graded by a person"
    elif manual.changed or score.waiting:
        points, verdict, message = None, "", WAITING
    elif lost:
        points, verdict, message = score.extra, "unreadable", lost
    else:
        points, verdict, message = score.extra, "not-started", UNTOUCHED
    if comment:
        message = f"{message}: {comment}"
    return Row(
        manual.grade_id, exercise_of(manual.grade_id), points, manual.points, verdict,
        "", message, comment, by_hand, None, manual,
    )  # fmt: skip
