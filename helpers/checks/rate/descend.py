"""Exercise rate.descend: gradient descent on one number."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.lists import beginning, floats_of, list_findings, read_numbers
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import returned

Step = Callable[[float, int], float]
#: Rounding in float32, which a walk out of the valley enlarges, is no mistake.
TOLERANCE, OF_THE_LARGEST = 1e-4, 1e-5
#: Mistakes about what is listed: such a list may be one shorter than the positions.
OTHER_THINGS = {"moves-not-positions", "gradients-not-positions"}


@dataclass(frozen=True)
class _Valley:
    """A bowl with ripples: its lowest point, how strongly it curves, and a walk into it."""

    centre: float
    curvature: float
    ripple: float
    start: float
    lr: float
    steps: int

    def gradient(self, position: float) -> float:
        away = position - self.centre
        return self.curvature * away + self.ripple * math.sin(2 * away)

    def walk(self, step: Step, steps: int | None = None) -> np.ndarray:
        """Positions from the start, each `step(position, number of the step)` further."""
        positions = [self.start]
        for number in range(self.steps if steps is None else steps):
            positions.append(positions[-1] + step(positions[-1], number))
        return np.array(positions)

    def downhill(self, position: float, number: int = 0) -> float:
        return -self.lr * self.gradient(position)

    @property
    def described(self) -> str:
        return f"start {self.start:.4g}, lr {self.lr:.4g}, {self.steps} steps"


class Descend(Exercise):
    """descend(gradient, start, lr, steps) -> the positions, start included: steps + 1 numbers."""

    id = "rate.descend"
    parameters = ("gradient", "start", "lr", "steps")
    checked = "every position of three descents: into a valley, overshooting out of one, and none"
    mistakes: ClassVar = {
        "only-last-position": Mistake(
            "Your function returns one position. The picture needs all of them, from the start on.",
            "a list that grows in the loop, and the return line",
        ),
        "gradient-ascent": Mistake(
            "Your walk climbs: every step goes up the slope instead of down.",
            "the sign in front of the gradient, which points uphill",
        ),
        "gradient-once": Mistake(
            "The gradient is computed at the start and then used for every step, although the "
            "slope is another one at every position.",
            "where in the loop the gradient is called, and with which position",
        ),
        "start-missing": Mistake(
            "The position before the first step is missing from your list.",
            "what the list holds before the loop begins",
        ),
        "one-step-too-many": Mistake(
            "Your walk makes {count} steps; {steps} were asked for.",
            "how often the loop runs: n steps give n + 1 positions",
        ),
        "one-step-too-few": Mistake(
            "Your walk makes one step too few.",
            "how often the loop runs: n steps give n + 1 positions",
        ),
        "stops-early": Mistake(
            "Your walk ends before all its steps are made.",
            "what leaves the loop early: a flat place or a bad step is no reason to stop here",
        ),
        "lr-ignored": Mistake(
            "Your steps are as long as the gradient itself: the learning rate has no effect.",
            "what the gradient is multiplied by",
        ),
        "divides-by-lr": Mistake(
            "A larger learning rate makes your steps shorter.",
            "what the gradient is multiplied by",
        ),
        "momentum": Mistake(
            "Your walk remembers earlier steps. Plain descent looks at the slope where it "
            "stands, and at nothing else. Momentum comes later.",
            "which quantities are carried from one step to the next",
        ),
        "lr-changes": Mistake(
            "Your learning rate changes on the way. Here it stays what it was.",
            "any line in the loop that changes the rate",
        ),
        "sign-only": Mistake(
            "All your steps are equally long, however steep it is.",
            "what becomes of the size of the gradient",
        ),
        "moves-not-positions": Mistake(
            "Your list holds the moves. The positions are asked for.",
            "what is appended in the loop",
        ),
        "gradients-not-positions": Mistake(
            "Your list holds the gradients. The positions are asked for.",
            "what is appended in the loop",
        ),
        "one-number-repeated": Mistake(
            "Your walk stays where it is: the same position comes again and again.",
            "whether the new position is kept for the next round",
        ),
        "wrong-positions": Mistake(
            "These are not the positions of gradient descent.",
            "two steps by hand: position, gradient there, next position",
        ),
    }

    def inputs(self, seed: int) -> list[_Valley]:
        """Into the valley; out of it, with too large a rate; at the lowest point; no step."""

        def draw(rng: np.random.Generator) -> list[_Valley]:
            centre, curvature = float(rng.uniform(-3, 3)), float(rng.uniform(0.8, 2.5))
            ripple = float(rng.uniform(0.1, 0.3)) * curvature
            away = float(rng.uniform(1.5, 4)) * float(rng.choice([-1, 1]))
            bowl = centre, curvature, ripple
            small, large = rng.uniform(0.15, 0.5) / curvature, rng.uniform(2.4, 2.8) / curvature
            steps = rng.permutation([5, 6, 7, 8])
            return [
                _Valley(*bowl, centre + away, float(small), int(steps[0])),
                _Valley(*bowl, centre - away, float(large), int(steps[1])),
                _Valley(*bowl, centre, float(small), 4),
                _Valley(*bowl, centre + away, float(small), 0),
            ]

        def telling(valleys: list[_Valley]) -> bool:
            start = valleys[0].start
            lr = valleys[0].lr
            return abs(start) > 0.5 and abs(lr - 1) > 0.1 and abs(lr - 1 / lr) > 0.1

        return draw_until(seed, "valleys", draw, telling)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for valley in self.inputs(seed):
            args = valley.gradient, valley.start, valley.lr, valley.steps
            call, value = call_and_keep(answer, *args)
            runs.append({"call": call, "positions": floats_of(value)})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for run, valley in zip(evidence["runs"], self.inputs(seed), strict=True):
            right = valley.walk(valley.downhill)
            if returned(run["call"]).kind == "number":
                got = returned(run["call"]).describe()
                wanted = f"{len(right)} positions in a list"
                return [self.finding("only-last-position", wanted, got)]
            if findings := list_findings(self, run["call"]):
                return findings
            positions = read_numbers(run["positions"])
            if not _alike(positions, right):
                return self._wrong(positions, right, valley)
        return []

    def _wrong(self, positions: np.ndarray, right: np.ndarray, valley: _Valley) -> list[Finding]:
        wanted = f"{beginning(right, 9)} ({valley.described})"
        got = beginning(positions, 9)
        count = max(len(positions) - 1, 0)
        return [
            self.finding(code, wanted, got, count=count, steps=valley.steps)
            for code in self._names(positions, right, valley)
        ]

    def _names(self, positions: np.ndarray, right: np.ndarray, valley: _Valley) -> list[str]:
        """The codes of one mistake, or of two: one about the list, one about the steps."""
        longer = valley.walk(valley.downhill, valley.steps + 2)
        if len(positions) < len(right) and _alike(positions, right[: len(positions)]):
            missing = len(right) - len(positions)
            return ["one-step-too-few" if missing == 1 and valley.steps else "stops-early"]
        if len(positions) and len(right) > 1 and _alike(positions, right[-1:]):
            return ["only-last-position"]
        if len(positions) and _alike(positions, longer[1 : 1 + len(positions)]):
            return ["start-missing"]
        if len(positions) > len(right) and _alike(positions, longer[: len(positions)]):
            return ["one-step-too-many"]
        for code, walk in self._mistaken(valley):
            for form, part in _forms(walk):
                if len(part) and _alike(positions, part):
                    return [form, code] if form and code not in OTHER_THINGS else [code]
        still = len(positions) > 1 and np.ptp(positions) == 0
        still |= len(positions) > 2 and np.ptp(positions[1:]) == 0  # only the first step counts
        if still and np.ptp(right) > 0:
            return ["one-number-repeated"]
        return ["wrong-positions"]

    @staticmethod
    def _mistaken(valley: _Valley) -> list[tuple[str, np.ndarray]]:
        """Where each misconception leads, one step further than asked for."""
        lr, gradient, first = valley.lr, valley.gradient, valley.gradient(valley.start)
        further = valley.steps + 1
        right = valley.walk(valley.downhill, further)
        steps: list[tuple[str, Step]] = [
            ("gradient-ascent", lambda at, k: lr * gradient(at)),
            ("gradient-once", lambda at, k: -lr * first),
            ("lr-ignored", lambda at, k: -gradient(at)),
            ("divides-by-lr", lambda at, k: -gradient(at) / lr),
            ("sign-only", lambda at, k: -lr * float(np.sign(gradient(at)))),
            *[
                ("lr-changes", lambda at, k, f=f: -lr * f**k * gradient(at))
                for f in (0.5, 0.8, 0.9, 0.95, 0.99)
            ],
            ("lr-changes", lambda at, k: -lr / (k + 1) * gradient(at)),
            ("lr-changes", lambda at, k: -lr / math.sqrt(k + 1) * gradient(at)),
        ]
        walks = [(code, valley.walk(step, further)) for code, step in steps]
        walks += [("momentum", walk) for walk in _with_momentum(valley)]
        walks.append(("moves-not-positions", np.array([b - a for a, b in pairwise(right)])))
        walks.append(("gradients-not-positions", np.array([gradient(at) for at in right])))
        return walks


def _alike(positions: np.ndarray, right: np.ndarray) -> bool:
    """Whether two walks are the same up to rounding."""
    if positions.shape != right.shape:
        return False
    slack = OF_THE_LARGEST * float(np.abs(right).max(initial=0))
    return bool(np.allclose(positions, right, rtol=TOLERANCE, atol=slack))


def _forms(walk: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """A walk that goes one step too far: as asked for, and with a mistake in what is listed."""
    return [
        ("", walk[:-1]),
        ("start-missing", walk[1:-1]),
        ("start-missing", walk[1:]),
        ("one-step-too-few", walk[:-2]),
        ("one-step-too-many", walk),
    ]


def _with_momentum(valley: _Valley) -> list[np.ndarray]:
    walks = []
    for momentum in (0.5, 0.8, 0.9, 0.95, 0.99, 1.0):
        for share in {1.0, 1 - momentum or 1.0}:
            position, velocity, walk = valley.start, 0.0, [valley.start]
            for _ in range(valley.steps + 1):
                velocity = momentum * velocity + share * valley.gradient(position)
                position -= valley.lr * velocity
                walk.append(position)
            walks.append(np.array(walk))
    return walks
