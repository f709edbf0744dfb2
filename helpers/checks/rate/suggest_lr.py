"""Exercise rate.suggest_lr: the rate at which the loss falls fastest."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    call_findings,
    number_text,
    returned,
    value_findings,
)

ENDS = 5  # points left out at either end
NEAR = 2.5  # points of the sweep: central and one-sided slopes differ by less


@dataclass(frozen=True)
class _Curve:
    """A smoothed curve, and what kind of case it is."""

    kind: str
    lrs: np.ndarray
    losses: np.ndarray

    @property
    def finite(self) -> np.ndarray:
        return np.isfinite(self.losses)

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """Rates and slopes against log lr of the points that count."""
        lrs, losses = self.lrs[self.finite], self.losses[self.finite]
        slopes = np.gradient(losses, np.log(lrs))
        return lrs[ENDS:-ENDS], slopes[ENDS:-ENDS]

    def steepest(self) -> float:
        lrs, slopes = self.slopes()
        return float(lrs[slopes.argmin()])

    def points_from(self, lr: float, other: float) -> float:
        """How many points of the sweep lie between two rates."""
        if not (lr > 0 and other > 0):
            return math.inf
        step = math.log(self.lrs[1] / self.lrs[0])
        return abs(math.log(lr / other)) / step

    def is_near(self, lr: float, other: float) -> bool:
        return self.points_from(lr, other) <= NEAR


class SuggestLr(Exercise):
    """suggest_lr(lrs, losses) -> where the loss falls fastest per factor of the rate, or None."""

    id = "rate.suggest_lr"
    parameters = ("lrs", "losses")
    checked = (
        "the steepest fall against log lr on three curves, ends and NaN ignored; None where the "
        "losses are constant, rise, or are too few"
    )
    mistakes: ClassVar = {
        "no-rate": Mistake(
            "Your function returned None for a curve that falls clearly.",
            "the return line, and the condition under which your function gives up",
        ),
        "minimum-taken": Mistake(
            "Your rate is the one of the smallest loss. There the loss has just stopped falling: "
            "one step further and training blows up.",
            "what the task asks for: where the loss falls fastest, not where it is lowest",
        ),
        "minimum-over-ten": Mistake(
            "Your rate is a tenth of the one of the smallest loss. That is a rule of thumb; the "
            "task asks for the steepest fall.",
            "slopes, rather than the lowest point",
        ),
        "linear-lr": Mistake(
            "You measure the slope against lr itself. Small rates lie so close together there "
            "that any slope among them looks steep.",
            "what stands on the horizontal axis of the picture: each factor is equally wide",
        ),
        "rising-slope": Mistake(
            "Your rate is where the loss rises fastest.",
            "the sign of a falling slope, and which end of a sorted list it is at",
        ),
        "absolute-slope": Mistake(
            "Your rate is where the loss changes fastest, and there it rises.",
            "what becomes of the sign of the slope",
        ),
        "ends-not-ignored": Mistake(
            "Your rate comes from the very {end} of the sweep, where the curve means little.",
            "which points the task leaves out before looking for the steepest",
        ),
        "index-shifted": Mistake(
            "You found the right place in a shorter list, and then read the rate from the longer "
            "one.",
            "whether rates and losses were cut alike before the index was used",
        ),
        "index-not-rate": Mistake(
            "Your function returns the place in the list. The rate at that place is asked for.",
            "the return line",
        ),
        "slope-not-rate": Mistake(
            "Your function returns the slope itself. The rate at which it occurs is asked for.",
            "the return line, and the difference between the smallest value and its place",
        ),
        "log-not-rate": Mistake(
            "Your function returns the logarithm of the rate.",
            "the return line: which list the rate is read from",
        ),
        "not-finite-not-ignored": Mistake(
            "A few losses that are NaN or infinite mislead your function.",
            "those points: they have to go, from both lists, before anything else",
        ),
        "rates-shifted": Mistake(
            "The losses that are not finite are taken out, but their rates stay: the two lists no "
            "longer belong together.",
            "the line that takes points out: it has to treat both lists alike",
        ),
        "divides-by-zero": Mistake(
            "Your function divides by zero when all losses are the same.",
            "what you divide by, and when it can be zero",
        ),
        "guess-without-ground": Mistake(
            "Your function suggests a rate for losses that {story}. Nothing speaks for that rate.",
            "the value of the steepest slope: when does it mean that the loss falls nowhere?",
        ),
        "too-few-points": Mistake(
            "With {count} usable points there is nothing to judge by. Your function should say so.",
            "the case of fewer than 11 usable points: what is handed back?",
        ),
        "wrong-rate": Mistake(
            "This is not the rate at which the loss falls fastest per factor of the rate.",
            "the curve, drawn with a logarithmic axis: where is it steepest?",
        ),
    }

    def inputs(self, seed: int) -> list[_Curve]:
        """Two good curves, one with NaN, and curves that give no ground."""
        good = draw_until(seed, "curve", self._draw, _telling)
        short = draw_until(seed, "short curve", self._short, lambda curve: True)
        broken = draw_until(seed, "broken curve", self._broken, _telling)
        lrs, count = short.lrs, len(short.lrs)
        rising = 1.5 + np.linspace(0, 1.5, count) ** 2
        falling = np.linspace(2, 1, 9)
        few = np.full(count, np.nan)
        few[12:20] = falling[:8]
        return [
            good,
            short,
            broken,
            _Curve("constant", lrs, np.zeros(count)),
            _Curve("rising", lrs, rising),
            _Curve("few", lrs[:9], falling),
            _Curve("few", lrs, few),
            _Curve("few", lrs[:0], falling[:0]),
        ]

    @staticmethod
    def _draw(rng: np.random.Generator, count: int = 90, climb: float = 0.4) -> _Curve:
        decades = np.linspace(rng.uniform(-6.5, -5.5), rng.uniform(0.6, 1.2), count)
        centre, width = rng.uniform(-3.4, -2.6), rng.uniform(0.3, 0.5)
        fall = rng.uniform(1.0, 1.4) / (1 + np.exp(-(decades - centre) / width))
        rise = climb * np.exp(3 * (decades - rng.uniform(-0.6, -0.3)))
        losses = 2.6 - fall + np.minimum(rise, 40)
        return _Curve("good", 10**decades, losses)

    @classmethod
    def _short(cls, rng: np.random.Generator) -> _Curve:
        """A short curve that falls more steeply than it rises."""
        return cls._draw(rng, count=34, climb=0.02)

    @classmethod
    def _broken(cls, rng: np.random.Generator) -> _Curve:
        """A curve with holes where nothing happens, and no end."""
        curve = cls._draw(rng)
        losses = curve.losses.copy()
        hole = int(rng.integers(9, 12))
        losses[hole : hole + 4] = np.nan
        losses[hole + 6] = np.inf
        losses[-12:-7] = np.inf
        losses[-7:] = np.nan
        return _Curve("broken", curve.lrs, losses)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        calls = [
            observe_call(answer, curve.lrs.tolist(), curve.losses.tolist())
            for curve in self.inputs(seed)
        ]
        return {"calls": calls}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        curves = self.inputs(seed)
        for call, curve in zip(evidence["calls"], curves, strict=True):
            if curve.kind == "good":
                findings = self._good(call, curve, evidence["calls"][1], curves[1])
            elif curve.kind == "broken":
                findings = self._with_holes(call, curve)
            else:
                findings = self._groundless(call, curve)
            if findings:
                return findings
        return []

    def _good(
        self, call: Evidence, curve: _Curve, second: Evidence, gentle: _Curve
    ) -> list[Finding]:
        value, right = returned(call), curve.steepest()
        wanted = number_text(right)
        if value.kind == "none":
            return [self.finding("no-rate", wanted, "None")]
        if findings := call_findings(self, call) or value_findings(value, "number"):
            return findings
        if curve.is_near(value.number, right):
            return []
        code, end = _name(value.number, curve)
        # Where the fall is the steepest change, only a mistaken sign still finds the rise.
        if code == "rising-slope" and gentle.is_near(returned(second).number, gentle.steepest()):
            code = "absolute-slope"
        return [self.finding(code, wanted, number_text(value.number), end=end)]

    def _with_holes(self, call: Evidence, curve: _Curve) -> list[Finding]:
        value, right = returned(call), curve.steepest()
        sure = value.kind == "number" and value.finite
        if sure and curve.is_near(value.number, right):
            return []
        bad = int((~curve.finite).sum())
        wanted = f"{number_text(right)}; {bad} of {len(curve.losses)} losses are NaN or infinite"
        got = str(call["raised"].get("type")) if "raised" in call else value.describe()
        place = int(np.flatnonzero(np.isclose(curve.lrs[curve.finite], right))[0])
        shifted = (curve.lrs[place], curve.lrs[max(place - ENDS, 0)])
        if sure and any(curve.is_near(value.number, lr) for lr in shifted):
            return [self.finding("rates-shifted", wanted, got)]
        return [self.finding("not-finite-not-ignored", wanted, got)]

    def _groundless(self, call: Evidence, curve: _Curve) -> list[Finding]:
        value = returned(call)
        if value.kind == "none":
            return []
        raised = str(call["raised"].get("type")) if "raised" in call else ""
        got = raised or value.describe()
        if curve.kind == "few":
            count = int(curve.finite.sum())
            return [self.finding("too-few-points", "None", got, count=count)]
        undefined = value.kind == "number" and math.isnan(value.number)
        if raised == "ZeroDivisionError" or undefined:
            return [self.finding("divides-by-zero", "None", got)]
        if findings := call_findings(self, call):
            return findings
        story = "are all the same" if curve.kind == "constant" else "only rise"
        return [self.finding("guess-without-ground", "None", got, story=story)]


def _misled(curve: _Curve) -> dict[str, list[float]]:
    """The rates, or other numbers, that each misconception finds on a curve without holes."""
    lrs, losses = curve.lrs, curve.losses
    inner, slopes = curve.slopes()
    everywhere, linear = np.gradient(losses, np.log(lrs)), np.gradient(losses, lrs)
    steepest = int(slopes.argmin())
    lowest = [float(lrs[losses.argmin()]), float(inner[losses[ENDS:-ENDS].argmin()])]
    return {
        "minimum-taken": lowest,
        "minimum-over-ten": [lr / 10 for lr in lowest],
        "linear-lr": [float(lrs[linear.argmin()]), float(inner[linear[ENDS:-ENDS].argmin()])],
        "rising-slope": [float(lrs[everywhere.argmax()]), float(inner[slopes.argmax()])],
        "index-shifted": [float(lrs[steepest]), float(lrs[min(steepest + 10, len(lrs) - 1)])],
    }


def _telling(curve: _Curve) -> bool:
    """Whether the misconceptions end far from the right rate, and the right one is clear."""
    if curve.kind == "broken":
        holes = np.flatnonzero(~curve.finite)
        place = int(np.abs(np.log(curve.lrs / curve.steepest())).argmin())
        return bool(np.abs(holes - place).min() > 8)
    right, found = curve.steepest(), _misled(curve)
    rates = [lr for lrs in found.values() for lr in lrs]
    lrs, slopes = curve.slopes()
    absolute = float(lrs[np.abs(slopes).argmax()])
    apart = [curve.points_from(lr, right) for lr in [*rates, absolute]]
    return min(apart) > NEAR + 1 and absolute > right


def _name(got: float, curve: _Curve) -> tuple[str, str]:
    """The finding code for a wrong rate, and the end of the sweep it may come from."""
    lrs, losses = curve.lrs, curve.losses
    everywhere, right = np.gradient(losses, np.log(lrs)), curve.steepest()
    place = int(np.abs(np.log(lrs / right)).argmin())
    for end, lr in (("beginning", lrs[0]), ("end", lrs[-1])):
        if curve.is_near(got, lr):
            return "ends-not-ignored", end
    found = _misled(curve)
    for code, rates in found.items():
        if any(curve.points_from(got, lr) < 0.5 for lr in rates):
            return code, ""
    if any(abs(got - index) <= NEAR for index in (place, place - ENDS)) and got == int(got):
        return "index-not-rate", ""
    if any(abs(got - log) < 0.3 for log in (math.log10(right), math.log(right))):
        return "log-not-rate", ""
    if got < 0 and got >= everywhere.min() * 1.1:
        return "slope-not-rate", ""
    return "wrong-rate", ""
