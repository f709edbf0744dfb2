"""Exercise schedule.cosine_restarts: half a cosine down, again and again (SGDR)."""

import math
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, ClassVar

from helpers.checks.core import Mistake, rng
from helpers.checks.schedule.curves import WHOLE_SCHEDULE, Curve, CurveExercise, Rule

#: (steps since the last restart, length of the cycle, number of the cycle) of a step.
Place = Callable[[int, int, int], tuple[int, int, int]]
#: (share of the cycle, lr, low) -> rate.
Shape = Callable[[float, float, float], float]


def _place(step: int, period: int, mult: int) -> tuple[int, int, int]:
    number = 0
    while step >= period:
        step, period, number = step - period, period * mult, number + 1
    return step, period, number


def _place_in(
    step: int, period: int, next_period: Callable[[int, int], int]
) -> tuple[int, int, int]:
    """As `_place`, the length of the next cycle from that of this one and its number."""
    number = 0
    while step >= period:
        step, number = step - period, number + 1
        period = next_period(period, number)
    return step, period, number


def _shape(share: float, lr: float, low: float) -> float:
    return low + (lr - low) * (1 + math.cos(math.pi * share)) / 2


def _rule(place: Place = _place, shape: Shape = _shape, length: int = 0) -> Rule:
    """A schedule with one part of it replaced; `length` is added to what is divided by."""

    def rate(step: int, lr: float, period: int, mult: int = 1, low: float = 0.0) -> float:
        since, whole, _ = place(step, period, mult)
        return shape(since / (whole + length), lr, low)

    return rate


_right = _rule()


class CosineRestarts(CurveExercise):
    """cosine_restarts(step, lr, period, mult, low) -> the rate of one step."""

    id = "schedule.cosine_restarts"
    parameters = ("step", "lr", "period", "mult=1", "low=0.0")
    own_versions = ("helpers.explore.schedule_runs.rates",)
    checked = (
        "every step of four schedules with three restarts: cycles of equal length, cycles that "
        "grow two and three times as long, a lowest rate other than zero"
    )
    mistakes: ClassVar = {
        "whole-schedule": WHOLE_SCHEDULE,
        "no-restart": Mistake(
            "Your schedule never jumps back to lr: after the first cycle it goes on by itself.",
            "what becomes of the step when a cycle is over",
        ),
        "restart-late": Mistake(
            "Your restarts come one step late: a cycle has `period` steps, the last of them with "
            "the number period - 1.",
            "step number `period`: which rate does it have?",
        ),
        "restart-early": Mistake(
            "Your restarts come one step early.",
            "step number `period` - 1: which rate does it have?",
        ),
        "reaches-low": Mistake(
            "The last step of your cycles is at the lowest rate already. The cosine would get "
            "there one step later, where the restart is.",
            "by what the steps since the restart are divided",
        ),
        "starts-late": Mistake(
            "The first step of your cycles is already on its way down. It should be at lr.",
            "how many steps were made when a cycle begins",
        ),
        "period-not-multiplied": Mistake(
            "All your cycles have the same length. Each should be `mult` times as long as the one "
            "before.",
            "where the argument mult is used",
        ),
        "first-period-multiplied": Mistake(
            "Your first cycle is multiplied already. It should have `period` steps.",
            "the length of the cycle that begins at step 0",
        ),
        "period-times-number": Mistake(
            "Your cycles grow by the same amount, or from the first one only. Each should be "
            "`mult` times as long as the one just before.",
            "the lengths of the first four cycles with mult 3",
        ),
        "steps-not-reset": Mistake(
            "Your cycles get longer, but the steps since the restart are still counted in the old "
            "period.",
            "the steps since the last restart, in the second cycle",
        ),
        "degrees": Mistake(
            "Your cosine is given degrees. It wants radians, where half a turn is pi.",
            "the argument of the cosine",
        ),
        "pi-missing": Mistake(
            "What you take the cosine of goes from 0 to 1, not over half a turn.",
            "the argument of the cosine",
        ),
        "whole-turn": Mistake(
            "Your cosine makes a whole turn in a cycle: down and up again. Half a turn is asked "
            "for.",
            "the argument of the cosine",
        ),
        "quarter-turn": Mistake(
            "Your cosine makes a quarter of a turn in a cycle: it falls fastest at the end.",
            "the argument of the cosine",
        ),
        "half-missing": Mistake(
            "Your rates begin at twice what they should: the cosine plus one goes from 2 to 0.",
            "the range of the cosine, and what brings it to the range from 1 to 0",
        ),
        "one-missing": Mistake(
            "Your rates become negative, or fall below the lowest: a cosine goes from 1 to -1.",
            "the range of the cosine, and what brings it to the range from 1 to 0",
        ),
        "rises": Mistake(
            "Your cycles begin low and rise. Each should begin at lr and fall.",
            "the sign in front of the cosine",
        ),
        "low-ignored": Mistake(
            "The lowest rate has no effect: your rates go down to zero.",
            "where the argument low is used",
        ),
        "low-added": Mistake(
            "The lowest rate is added on top: your cycles begin above lr.",
            "the two ends of the way: lr at the beginning, low at the end",
        ),
        "cut-at-low": Mistake(
            "Your cosine goes to zero and is cut off at the lowest rate. It should flatten out "
            "towards it.",
            "any max, min or clamp",
        ),
        "straight": Mistake(
            "Your rates fall in a straight line. Half a cosine is asked for.",
            "the line that makes the rate from the share of the cycle",
        ),
        "restarts-lower": Mistake(
            "Your restarts jump to a lower rate than lr. Each should go all the way back.",
            "what changes from cycle to cycle: the length alone",
        ),
        "wrong-value": Mistake(
            "These are not the rates of a cosine with restarts.",
            "five steps by hand: lr 1, period 4",
        ),
    }

    def inputs(self, seed: int) -> list[Curve]:
        """Three cycles and a bit of each schedule; at the third restart of mult 3 logarithms of
        floats are still exact."""
        draw = rng(seed, self.id)
        rates = 10 ** draw.uniform(-2, -0.5, size=4)
        lows = rates * draw.uniform(0.05, 0.3, size=4)
        cycles: tuple[tuple[int, dict[str, float]], ...] = (
            (int(draw.integers(4, 8)), {}),
            (int(draw.integers(3, 6)), {"mult": 2}),
            (int(draw.integers(3, 5)), {"mult": 3, "low": float(lows[2])}),
            (int(draw.integers(4, 8)), {"mult": 1, "low": float(lows[3])}),
        )
        curves = []
        for lr, (period, options) in zip(rates, cycles, strict=True):
            mult = int(options.get("mult", 1))
            whole = sum(period * mult**k for k in range(3))
            curves.append(
                Curve(range(whole + period), {"lr": float(lr), "period": period}, options)
            )
        return curves

    @staticmethod
    def right(*args: Any, **kwargs: Any) -> float:
        return float(_right(*args, **kwargs))

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return [
            *((code, _rule(place)) for code, place in _PLACES),
            *((code, _rule(shape=shape)) for code, shape in _SHAPES),
            ("reaches-low", _rule(length=-1)),
            ("restart-late", _rule(lambda s, p, m: _place(s, p + 1, m), length=-1)),
            ("starts-late", _rule(lambda s, p, m: _plus(1, *_place(s, p, m)), length=1)),
            ("restarts-lower", lambda s, lr, p, mult=1, low=0.0: (
                _right(s, lr / mult ** _place(s, p, mult)[2], p, mult, low))),
            *[("restarts-lower", _shrinking(f)) for f in (0.5, 0.9, 0.8, 0.1)],
        ]  # fmt: skip

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, place), (other, shape) in product(_PLACES, _SHAPES):
            yield f"{code}+{other}", _rule(place, shape)
        for code, shape in _SHAPES:
            yield f"reaches-low+{code}", _rule(shape=shape, length=-1)


def _plus(more: int, since: int, whole: int, number: int) -> tuple[int, int, int]:
    return since + more, whole, number


def _shrinking(factor: float) -> Rule:
    """Every restart jumps to a smaller rate."""

    def rate(step: int, lr: float, period: int, mult: int = 1, low: float = 0.0) -> float:
        return float(_right(step, lr * factor ** _place(step, period, mult)[2], period, mult, low))

    return rate


_PLACES: list[tuple[str, Place]] = [
    ("no-restart", lambda s, p, m: (s, p, 0)),
    ("no-restart", lambda s, p, m: (min(s, p), p, 0)),
    ("no-restart", lambda s, p, m: (min(s, p - 1), p, 0)),
    ("restart-late", lambda s, p, m: _place(s, p + 1, m)),
    ("restart-late", lambda s, p, m: (s, p, 0) if s <= p else _place(s, p, m)),
    ("restart-late", lambda s, p, m: (
        (p * m ** (_place(s, p, m)[2] - 1), p * m ** (_place(s, p, m)[2] - 1), 0)
        if s and _place(s, p, m)[0] == 0 else _place(s, p, m))),
    ("restart-early", lambda s, p, m: _place(s, p - 1, m)),
    ("restart-early", lambda s, p, m: _place(s + 1, p, m)),
    ("starts-late", lambda s, p, m: _plus(1, *_place(s, p, m))),
    ("period-not-multiplied", lambda s, p, m: _place(s, p, 1)),
    ("first-period-multiplied", lambda s, p, m: _place(s, p * m, m)),
    ("first-period-multiplied", lambda s, p, m: _place(s, p * m, 1)),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda _, k: p * m * k)),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda _, k: p * (1 + (m - 1) * k))),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda _, k: p * m)),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda q, _: q + m)),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda _, k: p * (k + 1))),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda _, k: p * k**m if k > 1 else
                                                      p * m)),
    ("period-times-number", lambda s, p, m: _place_in(s, p, lambda q, k: q * m**k)),
    ("steps-not-reset", lambda s, p, m: (s % p, _place(s, p, m)[1], 0)),
    ("steps-not-reset", lambda s, p, m: (s, _place(s, p, m)[1], 0)),
    ("steps-not-reset", lambda s, p, m: (s % _place(s, p, m)[1], _place(s, p, m)[1], 0)),
    ("steps-not-reset", lambda s, p, m: (s % (p * m ** (s // p)), p * m ** (s // p), 0)),
]  # fmt: skip


def _with_share(share: Callable[[float], float]) -> Shape:
    """The cosine of something else than the share of the cycle."""
    return lambda x, lr, low: _shape(share(x), lr, low)


def _fall(left: Callable[[float], float]) -> Shape:
    """Another way from lr to low: what is left of it after a share of the cycle."""
    return lambda x, lr, low: low + (lr - low) * left(x)


_SHAPES: list[tuple[str, Shape]] = [
    ("degrees", _with_share(lambda x: 180 * x / math.pi)),
    ("degrees", _fall(lambda x: (1 + math.cos(math.radians(math.pi * x))) / 2)),
    ("pi-missing", _with_share(lambda x: x / math.pi)),
    ("whole-turn", _with_share(lambda x: 2 * x)),
    ("quarter-turn", _with_share(lambda x: x / 2)),
    ("quarter-turn", _fall(lambda x: math.cos(math.pi * x / 2))),
    ("half-missing", _fall(lambda x: 1 + math.cos(math.pi * x))),
    ("half-missing", lambda x, lr, low: lr * (1 + math.cos(math.pi * x))),
    ("one-missing", _fall(lambda x: math.cos(math.pi * x))),
    ("one-missing", _fall(lambda x: math.cos(math.pi * x) / 2)),
    ("one-missing", _fall(lambda x: 1 + math.cos(math.pi * x) / 2)),
    ("one-missing", _fall(lambda x: 0.5 + math.cos(math.pi * x))),
    ("rises", _fall(lambda x: (1 - math.cos(math.pi * x)) / 2)),
    ("low-ignored", lambda x, lr, low: _shape(x, lr, 0.0)),
    ("low-added", lambda x, lr, low: low + _shape(x, lr, 0.0)),
    ("low-ignored", lambda x, lr, low: _shape(x, lr - low, 0.0)),
    ("cut-at-low", lambda x, lr, low: max(low, _shape(x, lr, 0.0))),
    ("straight", _fall(lambda x: 1 - x)),
    ("straight", lambda x, lr, low: max(low, lr * (1 - x))),
]
