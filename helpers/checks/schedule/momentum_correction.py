"""Exercise schedule.momentum_correction: the same effective rate with another momentum."""

import math
from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from helpers.checks.core import Mistake, draw_until
from helpers.checks.schedule.curves import Curve, CurveExercise, Rule

#: Momenta that people type in.
FIXED = (0.9, 0.5, 0.95)


class MomentumCorrection(CurveExercise):
    """momentum_correction(lr, old, new) -> the rate that goes with the new momentum."""

    id = "schedule.momentum_correction"
    parameters = ("lr", "old", "new")
    unit = "lr"
    #: 1 - 0.995 in single precision is right to five digits.
    tolerance = 2e-5
    checked = (
        "three rates for each of six changes: to more momentum, to less, to none, from none, and "
        "no change at all"
    )
    mistakes: ClassVar = {
        "upside-down": Mistake(
            "Your correction is upside down: with more momentum the rate should become smaller, "
            "because the same gradient is used more often.",
            "which of the two is divided by the other",
        ),
        "ratio-of-momenta": Mistake(
            "Your rate follows the ratio of the two momenta. What counts is how far each of them "
            "is from 1: from 0.9 to 0.95 half of it is lost.",
            "how many gradients a velocity adds up with momentum 0.9, and with 0.95",
        ),
        "unchanged": Mistake(
            "Your function returns the rate unchanged.", "where old and new are used"
        ),
        "effective-rate": Mistake(
            "Your function returns the effective rate itself, or goes only half the way back from "
            "it. The rate for the optimizer is asked for.",
            "the two steps: from lr to what it amounts to, and back with the new momentum",
        ),
        "old-ignored": Mistake(
            "Your correction does not depend on the old momentum.", "where old is used"
        ),
        "factor-only": Mistake(
            "Your function returns the factor. The new rate is asked for.", "the return line"
        ),
        "difference": Mistake(
            "Your correction uses the difference of the two momenta, so that from 0.9 to 0.99 it "
            "changes hardly anything, although the velocity grows tenfold.",
            "the effective rate in the task: is anything subtracted from the rate there?",
        ),
        "root-or-square": Mistake(
            "Your correction is the square, or the root, of the right one.",
            "any power or root in your function",
        ),
        "sign-in-bracket": Mistake(
            "Your correction has 1 + momentum where the effective rate has 1 - momentum.",
            "the signs in the brackets",
        ),
        "brackets": Mistake(
            "The brackets are missing: without them a division comes before a subtraction.",
            "the order in which Python computes your line",
        ),
        "wrong-value": Mistake(
            "This is not the rate that keeps lr / (1 - momentum) the same.",
            "by hand: rate 0.1, momentum from 0.9 to 0.95",
        ),
    }

    def inputs(self, seed: int) -> list[Curve]:
        """Up, down, far up, to none, from none, no change; each for three rates."""

        def draw(rng: np.random.Generator) -> list[Curve]:
            low, high, top = rng.uniform([0.55, 0.8, 0.96], [0.72, 0.92, 0.995])
            changes = [(high, top), (high, low), (low, high), (low, 0.0), (0.0, high), (low, low)]
            return [
                Curve(
                    [float(lr) for lr in 10 ** rng.uniform(-3, -0.5, size=3)],
                    {"old": float(old), "new": float(new)},
                )
                for old, new in changes
            ]

        return draw_until(seed, self.id, draw, lambda curves: True)

    @staticmethod
    def right(lr: float, old: float, new: float) -> float:
        return lr * (1 - new) / (1 - old)

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        right = self.right
        return [
            ("upside-down", lambda lr, a, b: right(lr, b, a)),
            ("ratio-of-momenta", lambda lr, a, b: lr * a / b),
            ("ratio-of-momenta", lambda lr, a, b: lr * b / a),
            ("ratio-of-momenta", lambda lr, a, b: lr * a / b if b else lr),
            ("ratio-of-momenta", lambda lr, a, b: lr * b / a if a else lr),
            ("unchanged", lambda lr, a, b: lr),
            ("effective-rate", lambda lr, a, b: lr / (1 - a)),
            ("effective-rate", lambda lr, a, b: lr / (1 - a) / (1 - b)),
            ("effective-rate", lambda lr, a, b: lr * (1 - a)),
            ("effective-rate", lambda lr, a, b: lr * (1 - a) * (1 - b)),
            ("old-ignored", lambda lr, a, b: lr * (1 - b)),
            ("old-ignored", lambda lr, a, b: lr / (1 - b)),
            ("old-ignored", lambda lr, a, b: lr * b),
            *[("old-ignored", lambda lr, a, b, m=m: right(lr, m, b)) for m in FIXED],
            ("factor-only", lambda lr, a, b: right(1.0, a, b)),
            ("difference", lambda lr, a, b: lr * (1 - (b - a))),
            ("difference", lambda lr, a, b: lr * (1 + (b - a))),
            ("difference", lambda lr, a, b: lr - (b - a)),
            ("difference", lambda lr, a, b: lr + (b - a)),
            ("difference", lambda lr, a, b: lr * (b - a)),
            ("difference", lambda lr, a, b: lr * (a - b)),
            ("difference", lambda lr, a, b: lr * abs(b - a)),
            ("difference", lambda lr, a, b: lr / (1 - (b - a))),
            ("difference", lambda lr, a, b: lr / (1 + (b - a))),
            ("root-or-square", lambda lr, a, b: lr * math.sqrt((1 - b) / (1 - a))),
            ("root-or-square", lambda lr, a, b: lr * ((1 - b) / (1 - a)) ** 2),
            ("root-or-square", lambda lr, a, b: lr * (1 - b**2) / (1 - a**2)),
            ("sign-in-bracket", lambda lr, a, b: lr * (1 + b) / (1 + a)),
            ("sign-in-bracket", lambda lr, a, b: lr * (1 + a) / (1 + b)),
            ("brackets", lambda lr, a, b: lr * (1 - b) / 1 - a),
            ("brackets", lambda lr, a, b: lr * 1 - b / 1 - a),
            ("brackets", lambda lr, a, b: lr * 1 - b / (1 - a)),
            ("brackets", lambda lr, a, b: lr * (1 - b / 1 - a)),
            ("brackets", lambda lr, a, b: lr - lr * b / (1 - a)),
            ("brackets", lambda lr, a, b: lr / 1 - a * (1 - b)),
        ]

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for code, rule in self.mistaken():
            if code in ("upside-down", "ratio-of-momenta", "root-or-square", "sign-in-bracket"):
                yield f"{code}+factor-only", _factor_of(rule)
        for momentum in FIXED:
            yield "upside-down+old-ignored", lambda lr, a, b, m=momentum: self.right(lr, b, m)
        yield "upside-down+root-or-square", lambda lr, a, b: lr * math.sqrt((1 - a) / (1 - b))
        yield "upside-down+root-or-square", lambda lr, a, b: lr * ((1 - a) / (1 - b)) ** 2


def _factor_of(rule: Rule) -> Rule:
    return lambda lr, a, b: rule(1.0, a, b)
