"""Exercise schedule.step_decay: the rate falls by a factor every few epochs."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import ClassVar

from helpers.checks.core import Mistake, rng
from helpers.checks.schedule.curves import WHOLE_SCHEDULE, Curve, CurveExercise, Rule

#: (epoch, every) -> how often the rate has fallen by then.
Falls = Callable[[int, int], float]
#: (lr, factor, falls) -> what is left of the rate.
After = Callable[[float, float, float], float]


class StepDecay(CurveExercise):
    """step_decay(epoch, lr, every, factor) -> the rate of one epoch."""

    id = "schedule.step_decay"
    parameters = ("epoch", "lr", "every", "factor")
    unit = "epoch"
    own_versions = ("helpers.explore.schedule_runs.rates",)
    checked = "every epoch of three schedules: the first epochs, each fall, one with every = 1"
    mistakes: ClassVar = {
        "whole-schedule": WHOLE_SCHEDULE,
        "falls-every-epoch": Mistake(
            "Your rate falls after each epoch. It should stay for `every` epochs and then fall.",
            "where the argument every is used",
        ),
        "falls-smoothly": Mistake(
            "Your rate falls a little each epoch, a whole factor after `every` epochs. Steps are "
            "asked for, with nothing in between.",
            "the division of the epoch: one slash or two",
        ),
        "falls-late": Mistake(
            "Your rate falls one epoch late. Epochs are counted from 0, so that the first `every` "
            "epochs end before epoch number `every`.",
            "the numbers of the first three epochs when every is 3",
        ),
        "falls-early": Mistake(
            "Your rate falls one epoch early: the first fall comes after fewer than `every` "
            "epochs.",
            "the numbers of the first three epochs when every is 3",
        ),
        "falls-in-the-middle": Mistake(
            "Your rate falls in the middle of its stay: the quotient is rounded to the nearest "
            "whole number, not down.",
            "how the number of falls becomes a whole number",
        ),
        "starts-lower": Mistake(
            "Your rate has fallen already in epoch 0.", "how many falls there were at the start"
        ),
        "falls-once": Mistake(
            "Your rate falls once and then stays. It should fall again and again.",
            "how many falls there have been after three times `every` epochs",
        ),
        "falls-back": Mistake(
            "Your rate falls for one epoch only and then returns to what it was.",
            "a condition that is true in one epoch out of `every`",
        ),
        "grows": Mistake(
            "Your rate grows. With a factor below 1 it should fall.",
            "whether the factor multiplies or divides",
        ),
        "factor-taken-away": Mistake(
            "Your rate loses the share `factor` at each fall. It should keep that share: a factor "
            "of 0.1 leaves a tenth.",
            "what the rate is multiplied by",
        ),
        "same-amount": Mistake(
            "Your rate loses the same amount at each fall. It should fall by the same factor.",
            "the word times in the task",
        ),
        "no-power": Mistake(
            "Your rate is multiplied by the number of falls. Several falls are the factor several "
            "times over.",
            "how the factor and the number of falls come together",
        ),
        "remainder": Mistake(
            "Your rate follows the epochs since the last fall, not the number of falls.",
            "the operator between epoch and every",
        ),
        "factor-ignored": Mistake(
            "The factor is a fixed number in your function, whatever was asked for.",
            "where the argument factor is used",
        ),
        "wrong-value": Mistake(
            "These are not the rates of a step decay.",
            "six epochs by hand: rate 1, every 2, factor 0.1",
        ),
    }

    def inputs(self, seed: int) -> list[Curve]:
        """Two schedules with four stays and a bit, one that falls after each epoch."""
        draw = rng(seed, self.id)
        curves = []
        for every in (*draw.permutation([3, 4, 5])[:2], 1):
            factor = float(draw.choice([draw.uniform(0.2, 0.4), draw.uniform(0.6, 0.85)]))
            lr = float(10 ** draw.uniform(-2.5, -0.5))
            settings = {"lr": lr, "every": int(every), "factor": factor}
            curves.append(Curve(range(4 * int(every) + 2), settings))
        return curves

    @staticmethod
    def right(epoch: int, lr: float, every: int, factor: float) -> float:
        return float(lr * factor ** (epoch // every))

    def mistaken(self) -> Iterable[tuple[str, Rule]]:
        return [
            *((code, _rule(falls=falls)) for code, falls in _FALLS),
            *((code, _rule(after)) for code, after in _AFTER),
            ("falls-back", lambda e, lr, n, f: lr if e % n else lr * f),
            ("falls-back", lambda e, lr, n, f: lr * f if e and not e % n else lr),
            ("falls-back", lambda e, lr, n, f: lr * f ** (e // n) if e and not e % n else lr),
            ("falls-back", lambda e, lr, n, f: lr if (e + 1) % n else lr * f),
        ]

    def combined(self) -> Iterable[tuple[str, Rule]]:
        for (code, falls), (other, after) in product(_FALLS, _AFTER):
            yield f"{code}+{other}", _rule(after, falls)


def _after(lr: float, factor: float, falls: float) -> float:
    return lr * factor**falls


def _falls(epoch: int, every: int) -> float:
    return epoch // every


def _rule(after: After = _after, falls: Falls = _falls) -> Rule:
    """A schedule with one part of it replaced."""
    return lambda epoch, lr, every, factor: after(lr, factor, falls(epoch, every))


_FALLS: list[tuple[str, Falls]] = [
    ("falls-every-epoch", lambda e, n: e),
    ("falls-every-epoch", lambda e, n: max(e - n + 1, 0)),
    ("falls-smoothly", lambda e, n: e / n),
    ("falls-late", lambda e, n: max(e - 1, 0) // n),
    ("falls-late", lambda e, n: (e - 1) // n),
    ("falls-late", lambda e, n: e // (n + 1)),
    ("falls-early", lambda e, n: (e + 1) // n),
    ("falls-early", lambda e, n: e // (n - 1)),
    ("falls-in-the-middle", lambda e, n: round(e / n)),
    ("falls-in-the-middle", lambda e, n: (2 * e + n) // (2 * n)),
    ("starts-lower", lambda e, n: e // n + 1),
    ("starts-lower", lambda e, n: -(-e // n)),
    ("falls-once", lambda e, n: min(e // n, 1)),
    ("falls-once", lambda e, n: 1 if e > n else 0),
    ("remainder", lambda e, n: e % n),
]
_AFTER: list[tuple[str, After]] = [
    ("grows", lambda lr, f, k: lr / f**k),
    ("factor-taken-away", lambda lr, f, k: lr * (1 - f) ** k),
    ("same-amount", lambda lr, f, k: lr * (1 - f * k)),
    ("same-amount", lambda lr, f, k: lr * max(0, 1 - f * k)),
    ("same-amount", lambda lr, f, k: lr * (1 - (1 - f) * k)),
    ("same-amount", lambda lr, f, k: lr * max(0, 1 - (1 - f) * k)),
    ("same-amount", lambda lr, f, k: lr - f * k),
    ("no-power", lambda lr, f, k: lr * f * k),
    ("no-power", lambda lr, f, k: lr * f * k if k else lr),
    ("no-power", lambda lr, f, k: lr * f / k if k else lr),
    ("factor-ignored", lambda lr, f, k: _after(lr, 0.1, k)),
    ("factor-ignored", lambda lr, f, k: _after(lr, 0.5, k)),
]
