"""Exercise rate.suggest_lr: the rate at which the loss falls fastest."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.rate.sweeping import smoothed
from helpers.checks.reading import (
    call_findings,
    number_text,
    returned,
    value_findings,
)

ACROSS = 5  # steps on each side of a point that its slope spans
LEAST = 2 * ACROSS + 1
NEAR = 1.05  # points of the sweep: one more or less is no mistake
MAX_FINDINGS = 3
#: Findings that may only follow from one of these: other slopes fall elsewhere, also by rounding,
#: and a narrower slope needs fewer points.
BEFORE = {
    "guess-without-ground": {
        "minimum-taken", "minimum-over-ten", "rising-slope", "absolute-slope", "divides-by-zero",
        "linear-lr", "slope-of-noise", "ends-not-ignored", "returned-none",
    },
    "too-few-points": {
        "minimum-taken", "minimum-over-ten", "slope-of-noise", "other-window", "ends-not-ignored",
        "off-centre", "linear-lr",
    },
}  # fmt: skip


@dataclass(frozen=True)
class _Curve:
    """A smoothed curve, and what kind of case it is."""

    kind: str
    lrs: np.ndarray
    losses: np.ndarray

    @property
    def finite(self) -> np.ndarray:
        return np.isfinite(self.losses)

    @property
    def usable(self) -> tuple[np.ndarray, np.ndarray]:
        """Rates and losses of the points that are finite."""
        return self.lrs[self.finite], self.losses[self.finite]

    def steepest(self) -> float:
        lrs, losses = self.usable
        slopes = _slopes(losses, np.log(lrs))
        return float(lrs[ACROSS:-ACROSS][slopes.argmin()])

    def points_from(self, lr: float, other: float) -> float:
        """How many points of the sweep lie between two rates."""
        if not (lr > 0 and other > 0):
            return math.inf
        step = math.log(self.lrs[1] / self.lrs[0])
        return abs(math.log(lr / other)) / step

    def is_near(self, lr: float, other: float) -> bool:
        return self.points_from(lr, other) <= NEAR


def _slopes(losses: np.ndarray, positions: np.ndarray, across: int = ACROSS) -> np.ndarray:
    """Slopes from `across` steps before to `across` steps after each point that has both."""
    rise = losses[2 * across :] - losses[: -2 * across]
    run: np.ndarray = positions[2 * across :] - positions[: -2 * across]
    return rise / run


class SuggestLr(Exercise):
    """suggest_lr(lrs, losses) -> where the loss falls fastest per factor of the rate, or None."""

    id = "rate.suggest_lr"
    parameters = ("lrs", "losses")
    own_versions = (
        "helpers.training.lr_finder.suggest_lr",
        "helpers.training.lr_finder.band_of",
    )
    checked = (
        "the steepest fall, across five steps on each side, on four curves, points that are not "
        "finite ignored; None where the losses are constant, rise, or are too few"
    )
    mistakes: ClassVar = {
        "returned-none": Mistake(
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
            "You measure the slope against the rate itself. Small rates lie so close together "
            "there that any slope among them looks steep.",
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
            "Your rate comes from the very end of the sweep, or from its beginning, where no slope "
            "across five steps on each side exists.",
            "which points have five others on either side; an index below 0 counts from the end",
        ),
        "slope-of-noise": Mistake(
            "Your slope looks at neighbouring points only. On a real curve that is mostly noise: "
            "the next run would suggest something else.",
            "across how many steps the task takes the slope",
        ),
        "other-window": Mistake(
            "Your slope spans {across} steps on each side of a point, not five.",
            "across how many steps the task takes the slope",
        ),
        "off-centre": Mistake(
            "Your slope looks to one side only, so its rate comes out {where}.",
            "which point a slope belongs to: the one in the middle",
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
        """Two good curves, the shortest there is, one with holes, and some that give no ground."""
        good = draw_until(seed, "curve", self._draw, _telling)
        short = draw_until(seed, "short curve", self._short, lambda curve: True)
        broken = draw_until(seed, "broken curve", self._broken, _telling)
        lrs, count = short.lrs, len(short.lrs)
        falling = np.linspace(2, 1, LEAST)
        few = np.full(count, np.nan)
        few[12 : 12 + LEAST - 1] = falling[1:]
        return [
            good,
            short,
            broken,
            _Curve("constant", lrs, np.full(count, 2.25)),
            _Curve("rising", lrs, 1.5 + np.linspace(0, 1.5, count) ** 2),
            _Curve("shortest", lrs[:LEAST], falling),
            _Curve("few", lrs[: LEAST - 1], falling[1:]),
            _Curve("few", lrs, few),
            _Curve("few", lrs[:0], falling[:0]),
        ]

    @staticmethod
    def _draw(
        rng: np.random.Generator,
        count: int = 90,
        climb: float = 0.4,
        noise: float = 0.25,
        jump: float = 1.0,
    ) -> _Curve:
        """A noisy fall and a steep rise, smoothed as the lesson does it; a jump at the start."""
        decades = np.linspace(rng.uniform(-6.5, -5.5), rng.uniform(0.6, 1.2), count)
        centre, width = rng.uniform(-3.2, -2.6), rng.uniform(0.3, 0.45)
        fall = rng.uniform(1.2, 1.6) / (1 + np.exp(-(decades - centre) / width))
        rise = climb * np.exp(3 * (decades - rng.uniform(-0.6, -0.3)))
        raw = 2.6 - fall + np.minimum(rise, 40) + rng.normal(0, noise, size=count)
        losses = smoothed(raw)
        losses[:3] += jump * np.array([1.0, 0.6, 0.3]) * rng.uniform(0.2, 0.4)
        return _Curve("good", 10**decades, losses)

    @classmethod
    def _short(cls, rng: np.random.Generator) -> _Curve:
        """A short, quiet curve that falls more steeply than it rises."""
        return cls._draw(rng, count=34, climb=0.02, noise=0.0, jump=0.0)

    @classmethod
    def _broken(cls, rng: np.random.Generator) -> _Curve:
        """A curve with holes where nothing happens, and no end."""
        curve = cls._draw(rng, noise=0.1, jump=0.0)
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
        found: dict[str, Finding] = {}
        for call, curve in zip(evidence["calls"], curves, strict=True):
            if "not-finite-not-ignored" in found and not curve.finite.all():
                continue
            if curve.kind in ("constant", "rising", "few"):
                findings = self._groundless(call, curve)
            elif found:
                continue  # another curve would only say the same
            elif curve.kind == "broken":
                findings = self._with_holes(call, curve)
            else:
                findings = self._good(call, curve, evidence["calls"][1], curves[1])
            if any(finding.code not in self.mistakes for finding in findings):
                return list(found.values()) or findings
            for finding in findings:
                if not found.keys() & BEFORE.get(finding.code, set()):
                    found.setdefault(finding.code, finding)
        return list(found.values())[:MAX_FINDINGS]

    def _good(
        self, call: Evidence, curve: _Curve, second: Evidence, gentle: _Curve
    ) -> list[Finding]:
        value, right = returned(call), curve.steepest()
        wanted = number_text(right)
        if curve.kind == "shortest":
            wanted += f", from {len(curve.lrs)} points that fall"
        if value.kind == "none":
            return [self.finding("returned-none", wanted, "None")]
        if findings := call_findings(self, call) or value_findings(value, "number"):
            return findings
        if curve.is_near(value.number, right):
            return []
        if curve.kind == "shortest":
            return [self.finding("wrong-rate", wanted, number_text(value.number))]
        rates = [value.number, returned(second).number]
        code, fill = _name(rates, [curve, gentle])
        return [self.finding(code, wanted, number_text(value.number), **fill)]

    def _with_holes(self, call: Evidence, curve: _Curve) -> list[Finding]:
        value, right = returned(call), curve.steepest()
        sure = value.kind == "number" and value.finite
        if sure and curve.is_near(value.number, right):
            return []
        bad = int((~curve.finite).sum())
        wanted = f"{number_text(right)}; {bad} of {len(curve.losses)} losses are NaN or infinite"
        got = str(call["raised"].get("type")) if "raised" in call else value.describe()
        place = int(np.flatnonzero(np.isclose(curve.lrs[curve.finite], right))[0])
        shifted = (curve.lrs[place], curve.lrs[place - ACROSS])
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


def _misled(curve: _Curve) -> list[tuple[str, float, dict[str, str]]]:
    """(finding code, rate it leads to, words for the message) of each misconception."""
    lrs, losses = curve.lrs, curve.losses
    logs, inner = np.log(lrs), slice(ACROSS, -ACROSS)
    slopes, linear, central = _slopes(losses, logs), _slopes(losses, lrs), np.gradient(losses, logs)
    rolled = np.roll(losses, -ACROSS) - np.roll(losses, ACROSS)
    found: list[tuple[str, float, dict[str, str]]] = [
        ("minimum-taken", lrs[losses.argmin()], {}),
        ("minimum-over-ten", lrs[losses.argmin()] / 10, {}),
        ("linear-lr", lrs[inner][linear.argmin()], {}),
        ("linear-lr", lrs[np.gradient(losses, lrs).argmin()], {}),
        ("linear-lr", lrs[inner][np.gradient(losses, lrs)[inner].argmin()], {}),
        ("rising-slope", lrs[inner][slopes.argmax()], {}),
        ("rising-slope", lrs[central.argmax()], {}),
        ("absolute-slope", lrs[inner][np.abs(slopes).argmax()], {}),
        ("absolute-slope", lrs[np.abs(central).argmax()], {}),
        ("index-shifted", lrs[slopes.argmin()], {}),
        ("ends-not-ignored", lrs[_clamped(curve).argmin()], {}),
        ("ends-not-ignored", lrs[rolled.argmin()], {}),
    ]
    for cut in (slice(None), inner):
        steps = np.diff(losses)
        places = (
            lrs[cut][central[cut].argmin()],
            lrs[:-1][cut][steps[cut].argmin()],
            lrs[1:][cut][steps[cut].argmin()],
        )
        found += [("slope-of-noise", lr, {}) for lr in places]
    for span in (ACROSS, 2 * ACROSS):
        ahead = losses[span:] - losses[:-span]
        found.append(("off-centre", lrs[ahead.argmin()], {"where": "too small"}))
        found.append(("off-centre", lrs[span:][ahead.argmin()], {"where": "too large"}))
    for across in (2, 3, 4, 6, 7, 8, 10):
        lr = lrs[across:-across][_slopes(losses, logs, across).argmin()]
        found.append(("other-window", lr, {"across": str(across)}))
    return [(code, float(lr), words) for code, lr, words in found]


#: Misconceptions that must end far away on every curve that is drawn.
_ALWAYS_APART = {"minimum-taken", "minimum-over-ten", "linear-lr", "rising-slope", "slope-of-noise"}


def _telling(curve: _Curve) -> bool:
    """Whether the misconceptions end far from the right rate."""
    right = curve.steepest()
    place = int(np.abs(np.log(curve.lrs / right)).argmin())
    if curve.kind == "broken":
        losses = curve.usable[1]
        falls = losses[: -2 * ACROSS] - losses[2 * ACROSS :]
        quiet = falls[: LEAST + ACROSS].max() < 0.7 * falls.max()
        return bool(quiet and np.abs(np.flatnonzero(~curve.finite) - place).min() > 8)
    found = _misled(curve)
    wrong = [lr for code, lr, _ in found if code in _ALWAYS_APART]
    far_from_right = all(curve.points_from(lr, right) > 3 for lr in wrong)
    noise = [lr for code, lr, _ in found if code == "slope-of-noise"]
    windows = [lr for code, lr, _ in found if code == "other-window"]
    distinct = all(curve.points_from(a, b) > 0.5 for a in noise for b in windows)
    # Five points in all, two on each side, is the usual misreading of five on each side.
    two_aside = [lr for _, lr, words in found if words == {"across": "2"}]
    far_from_right &= all(curve.points_from(lr, right) > 1.5 for lr in two_aside)
    return far_from_right and distinct and bool(_clamped(curve).argmin() < ACROSS)


def _clamped(curve: _Curve) -> np.ndarray:
    """Slopes whose span is cut off at the ends of the sweep: there they are mostly noise."""
    place = np.arange(len(curve.lrs))
    first, last = (place - ACROSS).clip(0), (place + ACROSS).clip(max=len(place) - 1)
    rise = curve.losses[last] - curve.losses[first]
    run: np.ndarray = np.log(curve.lrs[last] / curve.lrs[first])
    return rise / run


def _name(rates: list[float], curves: list[_Curve]) -> tuple[str, dict[str, str]]:
    """The finding code for a wrong rate, and the words that its message needs.

    A misconception that explains the rates on both curves comes before one that explains the first.
    """
    got, curve = rates[0], curves[0]
    explained = [
        [curve.points_from(rate, lr) < 0.01 for _, lr, _ in _misled(curve)]
        for rate, curve in zip(rates, curves, strict=True)
    ]
    on_both = [all(on) for on in zip(*explained, strict=True)]
    for on_these in (on_both, explained[0]):
        for on, (code, _, words) in zip(on_these, _misled(curve), strict=True):
            if on:
                return code, words
    right, lrs = curve.steepest(), curve.lrs
    if lrs[0] * 0.9 < got < lrs[ACROSS] * 0.99 or lrs[-1 - ACROSS] * 1.01 < got < lrs[-1] * 1.1:
        return "ends-not-ignored", {}
    place = int(np.abs(np.log(lrs / right)).argmin())
    if any(abs(got - index) <= 1 for index in (place, place - ACROSS)) and got == int(got):
        return "index-not-rate", {}
    if any(abs(got - log) < 0.3 for log in (math.log10(right), math.log(right))):
        return "log-not-rate", {}
    steepest = _slopes(curve.losses, np.log(lrs)).min()
    if any(abs(got - slope) < 1e-3 * abs(slope) for slope in (steepest, steepest * math.log(10))):
        return "slope-not-rate", {}
    return "wrong-rate", {}
