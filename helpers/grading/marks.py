"""What is to be entered in the gradebook, worked out from a record. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from helpers.grading.autograded import is_changed, settings_of
from helpers.grading.core import Record, Result
from helpers.grading.harmless import comment_line

NO_RESPONSE = "No response."
NOT_GRADED = "Not graded: "
_EARLIER = " Earlier grade: "


@dataclass(frozen=True)
class Mark:
    """What a machine says of one graded cell; None where a person has to score it."""

    auto_score: float | None
    waits: bool = False  #: for a person, whatever the score


@dataclass
class Marks:
    """All that is to be entered for one submission."""

    grades: dict[str, Mark] = field(default_factory=dict)  #: by grade id
    comments: dict[str, str | None] = field(default_factory=dict)  #: by grade id of the answer


@dataclass(frozen=True)
class Before:
    """What was entered for a submission before."""

    scores: Mapping[str, tuple[float | None, float]]  #: the machine's, and the most
    comments: Mapping[str, str | None]


def answers_to(notebook: NotebookNode) -> dict[str, str]:
    """Return for each graded cell the grade id of its answer: itself, or the answer before it."""
    found: dict[str, str] = {}
    last = ""
    for cell in notebook.cells:
        settings = settings_of(cell)
        name = settings.get("grade_id", "")
        if settings.get("solution"):
            last = name
        if settings.get("grade") and last:
            found[name] = last
    return found


def marks_of(
    record: Record, before: Before, notebook: NotebookNode, graded: Collection[str]
) -> Marks:
    """Return what nbgrader would enter for a graded submission.

    Args:
        record: the verdicts.
        before: what the gradebook holds.
        notebook: rebuilt, with the gradebook's checksums.
        graded: grade ids of the lesson's graded cells.
    """
    changed = _changed(record, notebook)
    marks = Marks()
    for result in record.results:
        score = max(0.0, min(float(result.points), result.max_points))
        marks.grades[result.grade_id] = Mark(score, waits=result.verdict == "unreadable")
    for name in graded:
        if name not in marks.grades:
            marks.grades[name] = Mark(None if changed.get(name) else 0.0)
    about = _about(record, answers_to(notebook))
    for name, differs in changed.items():
        said = _said(about.get(name, []), name, before, differs)
        marks.comments[name] = said or (None if differs else NO_RESPONSE)
    return marks


def _changed(record: Record, notebook: NotebookNode) -> dict[str, bool]:
    """Return for every answer whether it is another one than was handed out."""
    found = {entry.grade_id: entry.changed for entry in record.manual}
    for cell in notebook.cells:
        settings = settings_of(cell)
        if settings.get("solution") and settings.get("grade_id"):
            found[settings["grade_id"]] = is_changed(cell)
    return found


def _about(record: Record, answers: Mapping[str, str]) -> dict[str, list[Result]]:
    """Return the results that are about each answer."""
    about: dict[str, list[Result]] = {}
    for result in record.results:
        about.setdefault(answers.get(result.grade_id, ""), []).append(result)
    return about


def _said(results: list[Result], answer: str, before: Before, changed: bool) -> str:
    """Return the comment on an answer: what is wrong, a paragraph for each check."""
    lines = []
    for result in results:
        who = f"{result.exercise}: " if len(results) > 1 else ""
        if result.verdict == "unreadable":
            earlier = _earlier(before.comments.get(answer), [result.grade_id], before)
            lines.append(who + _failure(comment_line(result.message), earlier))
        elif result.verdict != "correct" and changed:
            lines.append(comment_line(who + result.message))
    return "\n\n".join(lines)


def refused_marks(
    cause: str, before: Before, graded: Collection[str], answers: Mapping[str, str]
) -> Marks:
    """Return what is entered for a submission that could not be graded.

    Args:
        cause: one line.
        before: what the gradebook holds.
        graded: grade ids of the lesson's graded cells.
        answers: grade id of each graded cell's answer.
    """
    marks = Marks(grades={name: Mark(0.0, waits=True) for name in graded})
    for name, comment in before.comments.items():
        mine = [entry for entry in graded if answers.get(entry, entry) == name]
        marks.comments[name] = _failure(cause, _earlier(comment, mine, before))
    return marks


def _failure(cause: str, earlier: str) -> str:
    stop = "" if cause.endswith((".", "!", "?", "…")) else "."
    return f"{NOT_GRADED}{cause}{stop}{earlier}"


def _earlier(comment: str | None, names: list[str], before: Before) -> str:
    """Say what was given before; a second failure in a row says the same as the first."""
    given: list[str] = []
    for name in names:
        score, most = before.scores[name]
        if comment and NOT_GRADED in comment:
            known = comment.rpartition(_EARLIER)[2] if _EARLIER in comment else ""
            given += re.findall(rf"{re.escape(name)} \S+ of \d+(?:\.\d+)?", known)
        elif score is not None:
            given.append(f"{name} {score:g} of {most:g}")
    return _EARLIER + ", ".join(given) + "." if given else ""


def score_of(
    auto_score: float | None, manual_score: float | None, extra_credit: float | None
) -> float:
    """Return what a cell counts: a person's score before the machine's, as in nbgrader."""
    score = auto_score if manual_score is None else manual_score
    return 0.0 if score is None else float(score) + float(extra_credit or 0.0)
