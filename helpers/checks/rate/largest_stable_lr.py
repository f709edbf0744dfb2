"""Exercise rate.largest_stable_lr: where overshooting begins to grow."""

import math
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    Seen,
    apart,
    call_findings,
    number_text,
    returned,
    value_findings,
)

TOLERANCE = 1e-6
#: Formulas that give a number for a flat direction too, so that nobody thinks of it.
FINITE_AT_ZERO = {"multiplies-by-curvature", "upside-down"}


class LargestStableLr(Exercise):
    """largest_stable_lr(curvature) -> the rate above which descent in a bowl runs away."""

    id = "rate.largest_stable_lr"
    parameters = ("curvature",)
    own_versions = ("helpers.explore.bowl.stable_limit",)
    checked = "the largest stable rate for four curvatures from sharp to almost flat, and for flat"
    mistakes: ClassVar = {
        "returns-tensor": Mistake(
            "The value is still wrapped in a tensor.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "lands-in-one-step": Mistake(
            "At your rate a single step lands exactly at the bottom. A larger one overshoots, but "
            "comes closer each time: it is still stable.",
            "how far beyond the bottom a step may land before the next one is no longer closer",
        ),
        "multiplies-by-curvature": Mistake(
            "Your rate grows with the curvature. In a sharper bowl the steps have to be shorter.",
            "whether the curvature belongs above or below",
        ),
        "upside-down": Mistake(
            "Your fraction is upside down: a sharper bowl would allow a larger rate.",
            "what stands above, and what below",
        ),
        "too-careful": Mistake(
            "Your rate is stable, but far from the largest one: it does not even overshoot.",
            "the factor in front: work out one step by hand",
        ),
        "runs-away": Mistake(
            "At your rate each step lands farther from the bottom than the one before.",
            "the factor in front: work out one step by hand",
        ),
        "squared-curvature": Mistake(
            "Your function squares the curvature.",
            "how one step changes the distance to the bottom: the curvature appears once",
        ),
        "root-of-curvature": Mistake(
            "Your function takes the root of the curvature.",
            "how one step changes the distance to the bottom: the curvature appears once",
        ),
        "divides-by-zero": Mistake(
            "Your function divides by zero when the direction is flat.",
            "the case of curvature 0: which rates do no harm where there is no slope at all?",
        ),
        "flat-direction": Mistake(
            "In a flat direction nothing can run away, so every rate is allowed. Your function "
            "says otherwise.",
            "the case of curvature 0, and which Python number stands for no limit at all",
        ),
        "wrong-value": Mistake(
            "This is not the largest stable rate.",
            "one step by hand: from distance 1, how far away is the next position?",
        ),
    }

    def inputs(self, seed: int) -> list[float]:
        """Curvatures: two ordinary ones, a sharp one, an almost flat one, and flat."""

        def draw(rng: np.random.Generator) -> list[float]:
            exponents = rng.uniform([-1, 0.2, 2, -6], [-0.2, 1, 4, -5])
            return [float(10**exponent) for exponent in exponents] + [0.0]

        def telling(curvatures: list[float]) -> bool:
            return all(
                apart({code: math.log(v) for code, v in self._results(c).items()}, 0.01)
                for c in curvatures[:2]
            )

        return draw_until(seed, "curvatures", draw, telling)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"calls": [observe_call(answer, curvature) for curvature in self.inputs(seed)]}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        found: list[Finding] = []
        for call, curvature in zip(evidence["calls"], self.inputs(seed), strict=True):
            if curvature:
                found = found or self._sloping(call, curvature)
            elif not found or found[-1].code in self.mistakes:
                known = {finding.code for finding in found}
                flat = [finding for finding in self._flat(call) if finding.code not in known]
                found += flat if not known & FINITE_AT_ZERO else []
        return found

    def _sloping(self, call: Evidence, curvature: float) -> list[Finding]:
        if findings := call_findings(self, call):
            return findings
        form = self._form(returned(call))
        tensor = form and form[0].code == "returns-tensor"
        return form if form and not tensor else form + self._value(returned(call), curvature)

    def _value(self, value: Seen, curvature: float) -> list[Finding]:
        results = self._results(curvature)
        right = results.pop("right")
        if _equal(value.number, right):
            return []
        names = [code for code, bad in results.items() if _equal(value.number, bad)]
        name = names[0].partition("--")[0] if names else "wrong-value"
        wanted = f"{number_text(right)}, for curvature {number_text(curvature)}"
        return [self.finding(name, wanted, number_text(value.number))]

    def _form(self, value: Seen) -> list[Finding]:
        if value.kind == "tensor" and value.values.size == 1:
            return [self.finding("returns-tensor", "a plain number", value.describe())]
        return value_findings(value, "number")

    def _flat(self, call: Evidence) -> list[Finding]:
        value, wanted = returned(call), "infinity, for curvature 0"
        if call.get("raised", {}).get("type") == "ZeroDivisionError":
            return [self.finding("divides-by-zero", wanted, "ZeroDivisionError")]
        if value.kind == "none":
            return [self.finding("flat-direction", wanted, "None")]
        findings = call_findings(self, call) or self._form(value)
        if findings and findings[0].code != "not-finite":
            return findings
        if value.number == math.inf:
            return []
        return [self.finding("flat-direction", wanted, number_text(value.number))]

    @staticmethod
    def _results(curvature: float) -> dict[str, float]:
        return {
            "right": 2 / curvature,
            "lands-in-one-step": 1 / curvature,
            "multiplies-by-curvature": 2 * curvature,
            "multiplies-by-curvature--alone": curvature,
            "upside-down": curvature / 2,
            "too-careful": 1 / (2 * curvature),
            "runs-away": 4 / curvature,
            "squared-curvature": 2 / curvature**2,
            "squared-curvature--one": 1 / curvature**2,
            "root-of-curvature": 2 / math.sqrt(curvature),
            "root-of-curvature--one": 1 / math.sqrt(curvature),
        }


def _equal(got: float, wanted: float) -> bool:
    return abs(got - wanted) <= TOLERANCE * abs(wanted)
