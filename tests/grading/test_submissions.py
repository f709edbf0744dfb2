"""Synthetic submissions deserve what they say: noise changes the text and not the verdict."""

from __future__ import annotations

import random
from typing import Any

import pytest

from benchmarks.submissions import answers_to, noisy
from helpers.checks import EXERCISES
from helpers.checks.past.field_steps import FieldStep
from helpers.checks.run import collect, judge_evidence

FUNCTIONS = [name for name, exercise in EXERCISES.items() if not isinstance(exercise, FieldStep)]


def finding_of(exercise_id: str, code: str) -> str:
    """Return the finding that an answer earns, "" where it is right."""
    exercise = EXERCISES[exercise_id]
    names: dict[str, Any] = {"__name__": "answer"}
    exec(compile(code, "answer", "exec"), names)
    verdict = judge_evidence(exercise, collect(exercise, names[exercise.name], 7), 7)
    return verdict.findings[0].code if verdict.findings else ""


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_noise_changes_the_text_but_not_the_finding(exercise: str) -> None:
    known = answers_to(exercise)
    for number, answer in enumerate(random.Random(exercise).sample(known, 4)):
        code = noisy(answer.code, random.Random(number))
        assert code != answer.code
        assert finding_of(exercise, code) == answer.finding, answer.name


def test_no_two_noises_are_the_same() -> None:
    code = answers_to("wall.accuracy")[0].code
    assert len({noisy(code, random.Random(number)) for number in range(200)}) == 200


def test_names_that_others_see_stay() -> None:
    code = noisy(
        "import math as m\n"
        "def f(given, *, key=1):\n"
        "    total = 0\n"
        "    for given in (1, 2):\n"
        "        total += given * key\n"
        "    class Inner:\n"
        "        kept = 3\n"
        "    return total + Inner.kept + m.floor(1.5)\n",
        random.Random(0),
    )
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["f"](0, key=2) == 10
    assert "total_" in code
