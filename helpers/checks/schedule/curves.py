"""Schedules as lists of values: an answer asked step by step, compared with rules.

A rule is a function with the parameters of the answer. There is the right one, and one for each
way of getting it wrong.
"""

import abc
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, ClassVar, TypeVar

import numpy as np

from helpers.checks.calling import (
    call_with,
    equal,
    findings_of,
    in_words,
    number_findings,
    number_of,
)
from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake
from helpers.checks.lists import read_numbers
from helpers.checks.reading import Seen, call_findings, numbers_text, returned

Rule = Callable[..., Any]
AnyRule = TypeVar("AnyRule", bound=Rule)
#: How many values around the first wrong one a card shows.
SHOWN = 9
WHOLE_SCHEDULE = Mistake(
    "Your function returns several numbers. It is asked for one step at a time.",
    "what the first argument is for",
)


@dataclass(frozen=True)
class Curve:
    """One schedule: the steps at which it is asked for, and its settings by name.

    Args:
        steps: the first argument of each call, which is the step where there is one.
        settings: the other arguments that every answer needs, in order.
        options: those that have a default; left out, the default is meant.
    """

    steps: Sequence[float]
    settings: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def described(self) -> str:
        return in_words(self.settings | self.options)

    def values(self, rule: Rule, count: int | None = None) -> np.ndarray | None:
        """What a rule gives for the first `count` steps; None where it cannot."""
        args, steps = tuple(self.settings.values()), self.steps[:count]
        try:
            values = [rule(step, *args, **self.options) for step in steps]
            return np.array(values, dtype=np.float64)
        except (ArithmeticError, ValueError, TypeError):  # such as dividing by zero; complex
            return None


class CurveExercise(Exercise):
    """An exercise whose answer gives one number for one step of a schedule."""

    #: Relative to the right value.
    tolerance: ClassVar[float] = 1e-6
    #: What one step is called.
    unit: ClassVar[str] = "step"

    @abc.abstractmethod
    def inputs(self, seed: int) -> list[Curve]:
        """The schedules to ask for; the first one shows most mistakes."""

    @staticmethod
    @abc.abstractmethod
    def right(*args: Any, **kwargs: Any) -> Any:
        """The rule for a right value."""

    @abc.abstractmethod
    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        """Finding codes with the rules that those who make the mistake follow."""

    def combined(self) -> Iterable[tuple[str, Rule]]:
        """Two codes with a plus between them, and the rule of those who make both mistakes."""
        return ()

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"curves": [self._ask(answer, curve) for curve in self.inputs(seed)]}

    def _ask(self, answer: Answer, curve: Curve) -> Evidence:
        """The values up to the first call that gives none, and the last call made."""
        values: list[Any] = []
        for step in curve.steps:
            args = (step, *curve.settings.values())
            call, _ = call_with(answer, args, curve.options)
            value = self.read(returned(call))
            if value is None or not np.isfinite(value).all():
                break
            values.append(value)
        return {"call": call, "values": np.array(values, dtype=np.float64)}

    def read(self, value: Seen) -> float | tuple[float, ...] | None:
        """The number in what one call returned; None if there is none."""
        return number_of(value)

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        curves = self.inputs(seed)
        got = [read_numbers(asked["values"]) for asked in evidence["curves"]]
        for number, (curve, asked) in enumerate(zip(curves, evidence["curves"], strict=True)):
            count = len(got[number])
            right = curve.values(self.right, count)
            assert right is not None
            if count and not self.same(got[number], right):
                return self.wrong(got, right, curves, number)
            if count < len(curve.steps):
                return self.form(asked["call"], curve)
        return []

    def same(self, got: np.ndarray, right: np.ndarray) -> bool:
        """Whether the values are right, up to rounding."""
        return equal(got, right, self.tolerance)

    def form(self, call: Evidence, curve: Curve) -> list[Finding]:
        """The findings about a call that gave no usable number."""
        value = returned(call)
        if findings := call_findings(self, call):
            return findings
        if many(value) and "whole-schedule" in self.mistakes:
            return [self.finding("whole-schedule", "one number", value.describe())]
        if findings := number_findings(value):
            return findings
        raise ValueError("values are missing")

    def wrong(
        self, got: list[np.ndarray], right: np.ndarray, curves: list[Curve], number: int
    ) -> list[Finding]:
        """Name what is wrong with the values of one curve."""
        found = named(self.mistaken(), self.combined(), got, curves, number, self.tolerance)
        shown = self.shown(got[number], right, curves[number])
        return findings_of(self, found[0] if found else "wrong-value", *shown)

    def shown(self, got: np.ndarray, right: np.ndarray, curve: Curve) -> tuple[str, str]:
        """The values around the first wrong one: wanted, and got."""
        wrong = ~np.isclose(got, right, rtol=max(self.tolerance, 1e-4))
        first = int(wrong.argmax())
        start = max(0, min(first - 2, len(got) - SHOWN))
        window = slice(start, start + SHOWN)
        where = f"from {self.unit} {curve.steps[start]:.4g}"
        return (
            f"{numbers_text(right[window])} ({where}; {curve.described})",
            numbers_text(got[window]),
        )


def many(value: Seen) -> bool:
    """Whether several numbers came back instead of one."""
    length = value.data.get("length", 0) if value.kind == "list" else value.values.size
    return value.kind in ("list", "tensor", "array") and int(length) > 1


def named(
    rules: Iterable[tuple[str, AnyRule]],
    pairs: Iterable[tuple[str, AnyRule]],
    got: Sequence[np.ndarray],
    curves: Sequence[Curve],
    number: int,
    tolerance: float,
) -> tuple[str, AnyRule] | None:
    """The mistake, or the two, that explain all curves; else the first to explain this one."""

    def explains(rule: Rule, curve: Curve, values: np.ndarray) -> bool:
        if not len(values):
            return True
        bad = curve.values(rule, len(values))
        return bad is not None and equal(values, bad, tolerance)

    likely = [(code, rule) for code, rule in rules if explains(rule, curves[number], got[number])]
    for code, rule in chain(likely, pairs):
        if all(map(partial(explains, rule), curves, got)):
            return code, rule
    return likely[0] if likely else None
