"""From what came out of the sandbox to a verdict. Pure, outside, and believing nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from helpers.checks import EXERCISES
from helpers.checks.core import Evidence, Exercise, Finding, Verdict, find
from helpers.checks.evidence import BadEvidence, from_bytes
from helpers.checks.past.capstone import class_key
from helpers.checks.past.field_steps import FieldStep, field_steps
from helpers.checks.run import judge_evidence
from helpers.grading.core import Item, Outcome, Result
from helpers.grading.library import THE_CHECK

KEEP_PRINTED = 4000
MAX_LINE = 500


def exercise_for(exercise_id: str, secret: str) -> Exercise:
    """The exercise with this id; a step of the last lesson is scored by the class's secret.

    Raises:
        CourseError: there is no such exercise.
    """
    exercise = find(EXERCISES, exercise_id)
    if secret and isinstance(exercise, FieldStep):
        key = class_key(secret)
        return next(step for step in field_steps(lambda claim: key) if step.id == exercise.id)
    return exercise


def judge(item: Item, outcome: Outcome, seed: int, exercise: Exercise) -> Result:
    """Judge one item that was executed; points are all or nothing.

    Args:
        item: what was to be executed.
        outcome: what came of it; nothing in it is believed.
        seed: of this exercise, as the room got it.
        exercise: from `exercise_for`.

    Raises:
        RuntimeError: this process has forgotten what is right, as rooms do.
    """
    if getattr(type(exercise).judge, "__isabstractmethod__", False):
        raise RuntimeError(f"nobody here knows what is right in {exercise.id}")
    verdict, evidence = _verdict(outcome, seed, exercise)
    own = outcome.own_seconds or _seconds(evidence.get("own_seconds"), outcome.cpu_seconds)
    printed = outcome.printed + str(evidence.get("printed", ""))
    return Result(
        grade_id=item.grade_id,
        exercise=item.exercise,
        verdict=verdict.name,
        points=item.points if verdict.name == "correct" else 0.0,
        max_points=item.points,
        findings=tuple(_plain(finding) for finding in verdict.findings),
        note=_line(verdict.note),
        cause=_line(outcome.cause or outcome.problem),
        printed=_clean(printed)[:KEEP_PRINTED],
        seconds=outcome.seconds,
        cpu_seconds=outcome.cpu_seconds,
        own_seconds=own,
        peak_mb=outcome.peak_mb,
    )


def not_executed(item: Item) -> Result:
    """The result of an item that has its verdict already, because there was nothing to execute."""
    return Result(
        item.grade_id, item.exercise, item.verdict, 0.0, item.points, cause=_line(item.cause)
    )


def _verdict(outcome: Outcome, seed: int, exercise: Exercise) -> tuple[Verdict, Evidence]:
    if outcome.ended != "evidence":
        return _ended(outcome, exercise), {}
    try:
        evidence = from_bytes(outcome.evidence)
        if evidence.get("exercise") != exercise.id:
            raise BadEvidence("this is about another exercise")
    except BadEvidence as error:
        return Verdict("unreadable", (_unreadable(str(error)),)), {}
    if "missing" in evidence:
        return _no_answer(exercise, str(evidence["missing"]), evidence, outcome), evidence
    verdict = judge_evidence(exercise, evidence, seed)
    if not verdict.scored:
        return _unscored(verdict), evidence
    if called := _called(exercise, evidence):
        # Last: what else is wrong comes first, and stays wrong when they build it themselves.
        findings = (*verdict.findings, library_version_used(exercise, called))
        name = "wrong" if verdict.name == "correct" else verdict.name
        return Verdict(name, findings), evidence
    return verdict, evidence


def _ended(outcome: Outcome, exercise: Exercise) -> Verdict:
    """The verdict on an item that was stopped or died before it gave evidence."""
    what, look_again = _ENDS[outcome.ended]
    finding = Finding(
        outcome.ended, what.format(name=exercise.name), got=outcome.cause, look_again=look_again
    )
    return Verdict(outcome.ended, (finding,))


_ENDS = {
    "timeout": (
        "The time was up before {name} had an answer, so it was stopped.",
        "your loops: what makes each of them end? And anything that waits",
    ),
    "memory": (
        "Your code for {name} needed more memory than there was, so it was stopped.",
        "lists that grow in a loop, and tensors far larger than the task needs",
    ),
    "output": (
        "Your code for {name} prints far too much, so it was stopped.",
        "any print left over inside a loop",
    ),
    "crash": (
        "Your code for {name} ended the Python it ran in.",
        "calls that leave Python, such as os._exit, and libraries that can crash it",
    ),
}


def _no_answer(exercise: Exercise, missing: str, evidence: Evidence, outcome: Outcome) -> Verdict:
    """What the check is given is not there after the cells have run."""
    finding = Finding(
        "no-answer",
        f"When your cells have run, there is nothing called {missing}.",
        missing,
        outcome.problem or str(evidence["problem"]),
        "the name after def, the error above, and whether the notebook runs from top to bottom",
    )
    return Verdict("error", (finding,))


def _unreadable(problem: str) -> Finding:
    return Finding(
        "broken-evidence", "The check could not make sense of what your function did.", got=problem
    )


def _unscored(verdict: Verdict) -> Verdict:
    """Nobody here knows what is right. The form alone earns nothing, and is not called correct."""
    finding = Finding(
        "not-scored",
        verdict.note or "Nobody here knows what is right.",
        look_again="which pictures were predicted: a class scores its own set",
    )
    return Verdict("wrong", (finding,))


def _called(exercise: Exercise, evidence: Evidence) -> list[str]:
    """The library's own versions that were called: only names that are really this exercise's."""
    said = evidence.get("library")
    known = (*exercise.own_versions, THE_CHECK)
    return [name for name in known if isinstance(said, list) and name in said]


def library_version_used(exercise: Exercise, called: Sequence[str]) -> Finding:
    """The finding for an answer that calls what it should build."""
    names = ", ".join(
        "the check itself" if name == THE_CHECK else name.removeprefix("helpers.")
        for name in called
    )
    return Finding(
        "library-version-used",
        f"Your {exercise.name} asks the library to do the work: it calls {names}. This task is to "
        "build it yourself.",
        f"{exercise.name} without {names}",
        f"a call of {names}",
        "the hints of the task: they lead to the same result in a few lines of your own",
    )


def _plain(finding: Finding) -> dict[str, str]:
    """A finding's fields as text without control characters; one line each, but the details."""
    return {
        name: _clean(str(text)) if name == "details" else _line(str(text), 4 * MAX_LINE)
        for name, text in asdict(finding).items()
    }


def _line(text: str, most: int = MAX_LINE) -> str:
    line = " ".join(_clean(text).split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _clean(text: str) -> str:
    """Text without control characters (a terminal obeys them), but with its lines and tabs."""
    kept = (c if c.isprintable() or c in "\n\t" else " " for c in text)
    return "".join(kept).encode("utf-8", "replace").decode()


def _seconds(said: Any, most: float) -> float:
    """A processor time that the room reported, as far as it can be true."""
    if not isinstance(said, int | float) or isinstance(said, bool) or not math.isfinite(said):
        return 0.0
    return min(max(float(said), 0.0), most)
