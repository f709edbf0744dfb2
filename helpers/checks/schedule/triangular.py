"""Exercise schedule.triangular: up and down in straight lines (Smith's cyclical rates)."""

import math
from collections.abc import Callable, Iterable
from itertools import product
from typing import ClassVar

from helpers.checks.core import Mistake, rng
from helpers.checks.schedule.curves import WHOLE_SCHEDULE, Curve, CurveExercise, Rule

#: (step, half) -> how high on the way from low (0) to high (1).
Height = Callable[[int, int], float]
#: (low, high, how high on the way) -> rate.
Span = Callable[[float, float, float], float]


def _height(step: float, half: float) -> float:
    return float(1 - abs(step / half % 2 - 1))


def _span(low: float, high: float, height: float) -> float:
    return low + (high - low) * height


def _rule(height: Height = _height, span: Span = _span) -> Rule:
    """A schedule with one part of it replaced."""
    return lambda step, low, high, half: span(low, high, height(step, half))


def _cycle(step: int, half: int) -> int:
    return step // (2 * half)


class Triangular(CurveExercise):
    """triangular(step, low, high, half) -> the rate of one step."""

    id = "schedule.triangular"
    parameters = ("step", "low", "high", "half")
    own_versions = ("helpers.explore.schedule_runs.rates",)
    checked = "every step of two and a half triangles in three schedules, one of them with half = 1"
    mistakes: ClassVar = {
        "whole-schedule": WHOLE_SCHEDULE,
        "sawtooth": Mistake(
            "Your schedule is a sawtooth: it rises, then drops to low at once. It should come down "
            "as slowly as it went up.",
            "the steps from half to twice half",
        ),
        "starts-high": Mistake("Your schedule begins high and falls first.", "the rate of step 0"),
        "half-is-whole": Mistake(
            "Your triangles are finished after `half` steps. That is how long the way up takes "
            "alone.",
            "at which step the rate is high, and at which it is low again",
        ),
        "twice-as-long": Mistake(
            "Your way up takes twice as many steps as `half`.",
            "at which step the rate is high, and at which it is low again",
        ),
        "one-triangle": Mistake(
            "Your schedule has one triangle only. It should go on: up and down again and again.",
            "what becomes of a step beyond twice half",
        ),
        "never-falls": Mistake(
            "Your schedule goes up and does not come down.",
            "the steps from half to twice half",
        ),
        "sign-missing": Mistake(
            "Your schedule falls below low, or rises above high: a distance became negative.",
            "where a distance to the top is taken: is it a distance on both sides?",
        ),
        "integer-division": Mistake(
            "Your schedule knows only low and high: the share of the way is rounded to a whole "
            "number.",
            "the division of the step: one slash or two",
        ),
        "top-twice": Mistake(
            "The top, or the bottom, of your triangles lasts for two steps.",
            "the steps half - 1, half and half + 1, and the end of the triangle",
        ),
        "one-step-off": Mistake(
            "Your schedule is one step off: step 0 should be at low exactly.",
            "the number of the first step",
        ),
        "low-ignored": Mistake(
            "Your schedule starts from zero, not from low.", "where the argument low is used"
        ),
        "goes-above-high": Mistake(
            "Your schedule rises above high: the whole of high is added on top of low.",
            "how long the way from low to high is",
        ),
        "shrinks": Mistake(
            "Your triangles become smaller from cycle to cycle. Smith has such a policy too; here "
            "each one reaches high.",
            "what changes from one triangle to the next: nothing",
        ),
        "not-straight": Mistake(
            "Your rates go up and down in a curve. Straight lines are asked for.",
            "the line that makes the rate from the share of the way",
        ),
        "not-exact": Mistake(
            "Your rates are rounded: only their first digits are right.",
            "any rounding in your function: a rate can be far smaller than 0.01",
        ),
        "wrong-value": Mistake(
            "These are not the rates of a triangle.",
            "five steps by hand: low 0, high 1, half 2",
        ),
    }

    def inputs(self, seed: int) -> list[Curve]:
        """Two and a half triangles of each; the last goes up in one step."""
        draw = rng(seed, self.id)
        lows = 10 ** draw.uniform(-4, -2, size=3)
        highs = lows * draw.uniform(4, 20, size=3)
        halves = [*(int(half) for half in draw.permutation([3, 4, 5, 7])[:2]), 1]
        return [
            Curve(range(5 * half + 2), {"low": float(low), "high": float(high), "half": half})
            for low, high, half in zip(lows, highs, halves, strict=True)
        ]

    @staticmethod
    def right(step: int, low: float, high: float, half: int) -> float:
        return low + (high - low) * _height(step, half)

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        right = self.right
        return [
            *((code, _rule(height)) for code, height in _HEIGHTS),
            *((code, _rule(span=span)) for code, span in _SPANS),
            ("shrinks", lambda s, low, high, n: right(s, low, low + (high - low) / 2 ** (
                _cycle(s, n)), n)),
            *[("shrinks", _shrinking(f)) for f in (0.9, 0.99, 0.95, 0.8)],
            *[("not-exact", _rounded(digits)) for digits in range(2, 8)],
            ("integer-division", lambda s, low, high, n: low if s // n % 2 else high),
        ]  # fmt: skip

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, height), (other, span) in product(_HEIGHTS, _SPANS):
            yield f"{code}+{other}", _rule(height, span)


_SPANS: list[tuple[str, Span]] = [
    ("low-ignored", lambda low, high, height: high * height),
    ("low-ignored", lambda low, high, height: (high - low) * height),
    ("goes-above-high", lambda low, high, height: low + high * height),
    ("not-straight", lambda low, high, height: low * (high / low) ** height),
]


def _shrinking(factor: float) -> Rule:
    return lambda s, low, high, n: low + (high - low) * _height(s, n) * factor ** _cycle(s, n)


def _rounded(digits: int) -> Rule:
    return lambda s, low, high, n: round(low + (high - low) * _height(s, n), digits)


_HEIGHTS: list[tuple[str, Height]] = [
    ("sawtooth", lambda s, n: s % n / n),
    ("sawtooth", lambda s, n: s % (2 * n) / (2 * n)),
    ("sawtooth", lambda s, n: s % (n + 1) / n),
    ("sawtooth", lambda s, n: s % (2 * n) / n if s % (2 * n) <= n else 0.0),
    ("starts-high", lambda s, n: 1 - _height(s, n)),
    ("half-is-whole", lambda s, n: _height(s, n / 2)),
    ("half-is-whole", lambda s, n: _height(s, max(n // 2, 1))),
    ("twice-as-long", lambda s, n: _height(s, 2 * n)),
    ("one-triangle", lambda s, n: _height(s, n) if s < 2 * n else 0.0),
    ("sign-missing", lambda s, n: 1 - (s / n - 2 * _cycle(s, n) - 1)),
    ("sign-missing", lambda s, n: 1 + (s / n - 2 * _cycle(s, n) - 1)),
    ("sign-missing", lambda s, n: 1 - abs(s / n - 1)),
    ("sign-missing", lambda s, n: 1 - s % (2 * n) / n),
    ("never-falls", lambda s, n: s / n),
    ("never-falls", lambda s, n: min(s, n) / n),
    ("never-falls", lambda s, n: min(s % (2 * n), n) / n),
    ("integer-division", lambda s, n: 1 - abs(s // n % 2 - 1)),
    ("integer-division", lambda s, n: float(s // n % 2 == 0)),
    ("integer-division", lambda s, n: float(s // n)),
    ("top-twice", lambda s, n: _plateau(s, n, 1, 0)),
    ("top-twice", lambda s, n: _plateau(s, n, 0, 1)),
    ("top-twice", lambda s, n: _plateau(s, n, 1, 1)),
    ("top-twice", lambda s, n: s % (2 * n) / n if s % (2 * n) < n else 1 - (
        s % (2 * n) - n) / max(n - 1, 1)),
    ("top-twice", lambda s, n: min(s % (2 * n), 2 * n - 1 - s % (2 * n)) / max(n - 1, 1)),
    ("top-twice", lambda s, n: (s % (2 * n) if s % (2 * n) < n else (
        2 * n - 1 - s % (2 * n))) / n),
    ("one-step-off", lambda s, n: _height(s + 1, n)),
    ("one-step-off", lambda s, n: _height(s - 1, n)),
    ("one-step-off", lambda s, n: _height(max(s - 1, 0), n)),
    ("not-straight", lambda s, n: (1 - math.cos(math.pi * _height(s, n))) / 2),
    ("not-straight", lambda s, n: math.sin(math.pi / 2 * _height(s, n))),
    ("not-straight", lambda s, n: _height(s, n) ** 2),
]  # fmt: skip


def _plateau(step: int, half: int, top: int, bottom: int) -> float:
    """A triangle whose top, or bottom, lasts for more steps."""
    step %= 2 * half + top + bottom
    return max(0.0, min(step, half, 2 * half + top - step) / half)
