"""The page a learner gets for one lesson: what to look at again first, their own code beside it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.grading.core import Record
from helpers.grading.reports.page import render
from helpers.grading.reports.rows import Row, of_item
from helpers.grading.reports.text import count_of
from helpers.grading.reports.verdicts import LOOKS, Look

MAX_FINDINGS = 20
MAX_NOTES = 40
_WORDS = 4000  #: characters of one text on the page


@dataclass(frozen=True)
class Remark:
    """One finding: what is wrong, why it matters, what was expected."""

    what: str
    why: str
    rows: tuple[tuple[str, str], ...]
    details: str


@dataclass(frozen=True)
class Entry:
    """One item as the page shows it."""

    row: Row
    anchor: str
    name: str
    look: Look
    remarks: tuple[Remark, ...]
    says: str  #: where there is no remark
    code: str
    printed: str

    @property
    def is_right(self) -> bool:
        """Whether there is nothing to look at again."""
        return self.look.group == "correct"


def feedback_page(record: Record, rows: Sequence[Row], title: str) -> bytes:
    """Return the page of one submission as a file of HTML that needs nothing else.

    Args:
        record: of the submission.
        rows: what `rows_of` makes of it and of the gradebook.
        title: of the lesson.
    """
    entries = [_entry(record, row, index) for index, row in enumerate(rows, start=1)]
    machine = [entry for entry in entries if entry.row.manual is None]
    used = {id(entry.code) for entry in entries}
    rest = [code for code in record.answers.values() if code.strip() and id(code) not in used]
    return render(
        "feedback.html",
        record=record,
        title=title,
        graded_at=record.graded_at.replace("T", " ").partition(".")[0].partition("+")[0],
        entries=entries,
        again=[entry for entry in machine if not entry.is_right],
        right=[entry for entry in machine if entry.is_right],
        written=[entry for entry in entries if entry.row.manual is not None],
        rest=rest[:20],
        notes=record.notes[:MAX_NOTES],
        ribbon=ribbon(rows),
        **_total(rows),
        summary=_summary(machine),
    )


def refusal_page(student: str, lesson: str, title: str, cause: str) -> bytes:
    """Return the page of a submission that could not be graded at all."""
    return render("refusal.html", student=student, lesson=lesson, title=title, cause=cause)


@dataclass(frozen=True)
class Segment:
    """One item's part of the bar at the top: left edge and widths in percent of the whole."""

    left: float
    width: float
    filled: float
    waiting: bool


def ribbon(rows: Sequence[Row]) -> list[Segment]:
    """Lay the items side by side, each as wide as its points, filled as far as they were earned."""
    whole = sum(row.max_points for row in rows) or 1.0
    segments, left = [], 0.0
    for row in rows:
        width = 100 * row.max_points / whole
        earned = 0.0 if row.points is None else row.points / (row.max_points or 1.0)
        filled = width * min(max(earned, 0.0), 1.0)
        segments.append(Segment(round(left, 3), round(width, 3), round(filled, 3), row.waiting))
        left += width
    return segments


def _entry(record: Record, row: Row, index: int) -> Entry:
    result = row.result
    findings = result.findings[:MAX_FINDINGS] if result else ()
    look = LOOKS[row.verdict]
    return Entry(
        row=row,
        anchor=f"item-{index}",
        name=row.exercise.partition(".")[2] or row.exercise,
        look=_look(row),
        remarks=tuple(_remark(finding) for finding in findings),
        says=_says(row, look),
        code=of_item(record.answers, row.grade_id) or "",
        printed=result.printed if result else "",
    )


def _look(row: Row) -> Look:
    """What is said of an item in a word: a person's decision goes before the machine's."""
    if row.by_hand and row.manual is not None:
        return Look("✎", "Read", "read")
    full = row.points is not None and row.points >= row.max_points
    if row.by_hand and full and row.verdict != "correct":
        return Look("✓", "Accepted", "correct")
    return LOOKS[row.verdict]


def _remark(finding: object) -> Remark:
    fields = dict(finding) if hasattr(finding, "keys") else {}  # type: ignore[call-overload]
    message = str(fields.get("message", ""))[:_WORDS]
    what, stop, why = message.partition(". ")
    labelled = (
        ("expected", fields.get("expected")),
        ("got", fields.get("got")),
        ("look again at", fields.get("look_again")),
    )
    rows = tuple((label, str(text)[:_WORDS]) for label, text in labelled if text)
    details = str(fields.get("details", ""))[:_WORDS]
    return Remark(f"{what}." if stop else message, why, rows, details)


def _says(row: Row, look: Look) -> str:
    """What is said of an item in a sentence, beside its findings or in their place."""
    if row.result is None:
        return row.message
    if row.verdict == "correct":
        checked = checked_by(row.exercise)
        return row.result.note or (f"Every check passed: {checked}." if checked else "It passed.")
    cause = row.result.cause
    if row.result.findings:
        said = {text for finding in row.result.findings for text in finding.values()}
        return "" if cause in said else cause
    return f"{look.says} {cause[:1].upper()}{cause[1:]}".strip()[:_WORDS]


@functools.cache
def checked_by(exercise: str) -> str:
    """Return what a right answer to an exercise has shown; "" for one that is no longer there."""
    from helpers.checks import EXERCISES  # brings torch: only who reports needs it

    known = EXERCISES.get(exercise)
    return known.checked if known else ""


def _total(rows: Sequence[Row]) -> dict[str, object]:
    earned = sum(row.points for row in rows if row.points is not None)
    waiting = sum(row.max_points for row in rows if row.waiting)
    return {"earned": earned, "whole": sum(row.max_points for row in rows), "waiting": waiting}


def _summary(machine: Sequence[Entry]) -> str:
    """The first thing a learner reads: how much is right, and what to do next."""
    right = sum(entry.is_right for entry in machine)
    begun = sum(entry.row.verdict not in ("not-started", "missing") for entry in machine)
    if not machine:
        return ""
    if right == len(machine):
        return "Everything that is checked here is right. Well done!"
    if not begun:
        return (
            "Nothing has been answered yet. The hints under each exercise are a good way in: "
            "one of them is enough to begin."
        )
    left = len(machine) - right
    if not right:
        return (
            "None of the checks passes yet, but you have begun, and each answer below says "
            "what it misses. Start with the first."
        )
    rest = (
        "The one that is left is just below, with"
        if left == 1
        else f"The {left} that are left are just below, each with"
    )
    verb = "is" if right == 1 else "are"
    return (
        f"{right} of {count_of(len(machine), 'exercise')} {verb} right: good work. "
        f"{rest} what to look at again."
    )
