"""Exercise rate.lr_at: the rate of each step of an exponential sweep."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import (
    Seen,
    call_findings,
    number_text,
    numbers_text,
    returned,
    value_findings,
)


@dataclass(frozen=True)
class _Sweep:
    steps: int
    low: float
    high: float

    @property
    def described(self) -> str:
        return f"{self.steps} steps from {number_text(self.low)} to {number_text(self.high)}"


class LrAt(Exercise):
    """lr_at(step, steps, low, high) -> the rate of one step; each is the same factor larger."""

    id = "rate.lr_at"
    parameters = ("step", "steps", "low", "high")
    own_versions = ("helpers.training.lr_finder.lr_at",)
    checked = "every step of four sweeps: both ends exact, the same factor in between, one step"
    mistakes: ClassVar = {
        "whole-sweep": Mistake(
            "Your function returns a whole list of rates. It is asked for one step at a time.",
            "what the argument step is for",
        ),
        "returns-tensor": Mistake(
            "The rate is still wrapped in a tensor.",
            "how a tensor of one element becomes a plain Python number",
        ),
        "linear": Mistake(
            "Your rates grow by the same amount each step. From a millionth to ten, almost all of "
            "them would be large; the small ones would never be tried.",
            "the word exponential: each rate is the same factor larger than the one before",
        ),
        "ends-swapped": Mistake(
            "Your sweep starts high and falls.",
            "which end belongs to step 0, and which to the last",
        ),
        "never-reaches-high": Mistake(
            "The last step of your sweep does not reach the upper end.",
            "the number of the last step, when the first is 0, and by what you divide",
        ),
        "starts-above-low": Mistake(
            "The first step of your sweep is already above the lower end.",
            "the number of the first step is 0: which share of the way is that?",
        ),
        "logarithms-mixed": Mistake(
            "Two kinds of logarithm are mixed: one to base 10, the other natural.",
            "the logarithm you take, and the power that undoes it",
        ),
        "ratio-forgotten": Mistake(
            "Your sweep grows by a wrong factor: from its first step to its last it should grow by "
            "high / low, altogether.",
            "the factor that leads from one end to the other, and how much of it a step may take",
        ),
        "integer-division": Mistake(
            "All steps but the last get the lower end: the share of the way is rounded to a whole "
            "number.",
            "the division of the step: one slash or two",
        ),
        "clamped": Mistake(
            "Your rates are cut off at {bounds}. The sweep has no other limits than its own ends.",
            "any min, max or clamp, and fixed numbers in your function",
        ),
        "not-exact": Mistake(
            "Your rates are right only to about seven digits; the ends should be exact.",
            "the kind of number you compute with: float32 is not enough",
        ),
        "divides-by-zero": Mistake(
            "Your function divides by zero when the sweep has a single step.",
            "the case steps = 1",
        ),
        "single-step": Mistake(
            "A sweep of a single step should have the rate of the lower end.", "the case steps = 1"
        ),
        "wrong-value": Mistake(
            "These are not the rates of an exponential sweep.",
            "three steps from 1 to 100, by hand: what is in the middle?",
        ),
    }

    def inputs(self, seed: int) -> list[_Sweep]:
        """Two long sweeps, one of two steps, one of one."""

        def draw(rng: np.random.Generator) -> list[_Sweep]:
            lows = 10 ** rng.uniform([-9, -5, -4, -4], [-8, -3, -3, -3])
            highs = 10 ** rng.uniform([0.6, -1, 0.2, 0.2], [1.6, -0.2, 1, 1])
            steps = [int(rng.integers(7, 12)), int(rng.integers(5, 7)), 2, 1]
            sweeps = zip(steps, lows, highs, strict=True)
            return [_Sweep(n, float(low), float(high)) for n, low, high in sweeps]

        return draw_until(seed, "sweeps", draw, lambda sweeps: True)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"sweeps": [self._rates(answer, sweep) for sweep in self.inputs(seed)]}

    @staticmethod
    def _rates(answer: Answer, sweep: _Sweep) -> list[Evidence]:
        """One call for each step, up to the first that gives no number."""
        calls = []
        for step in range(sweep.steps):
            calls.append(observe_call(answer, step, sweep.steps, sweep.low, sweep.high))
            if returned(calls[-1]).kind not in ("number", "tensor"):
                break
        return calls

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        found: dict[str, Finding] = {}
        for calls, sweep in zip(evidence["sweeps"], self.inputs(seed), strict=True):
            forms = (self._form(call, sweep) for call in calls[: sweep.steps])
            form = next((findings[0] for findings in forms if findings), None)
            if form is not None:
                found.setdefault(form.code, form)
            if form is not None and form.code != "returns-tensor":
                break
            rates = np.array([returned(call).number for call in calls])
            right = _share(sweep, np.arange(sweep.steps) / max(sweep.steps - 1, 1))
            # A wrong formula is wrong in every sweep: say so once.
            if found.keys() <= {"returns-tensor"} and not _equal(rates, right):
                wrong = self._wrong(rates, right, sweep)
                found[wrong.code] = wrong
        return list(found.values())

    def _form(self, call: Evidence, sweep: _Sweep) -> list[Finding]:
        value = returned(call)
        if call.get("raised", {}).get("type") == "ZeroDivisionError" and sweep.steps == 1:
            return [self.finding("divides-by-zero", number_text(sweep.low), "ZeroDivisionError")]
        if findings := call_findings(self, call):
            return findings
        if self._many(value):
            return [self.finding("whole-sweep", "one number", value.describe())]
        if value.kind == "tensor" and value.values.size == 1:
            return [self.finding("returns-tensor", "a plain number", value.describe())]
        findings = value_findings(value, "number")
        if findings and findings[0].code == "not-finite" and sweep.steps == 1:
            return [self.finding("divides-by-zero", number_text(sweep.low), value.describe())]
        return findings

    @staticmethod
    def _many(value: Seen) -> bool:
        length = value.data.get("length", 0) if value.kind == "list" else value.values.size
        return value.kind in ("list", "tensor", "array") and int(length) > 1

    def _wrong(self, rates: np.ndarray, right: np.ndarray, sweep: _Sweep) -> Finding:
        wanted, got = f"{numbers_text(right)} ({sweep.described})", numbers_text(rates)
        if sweep.steps == 1:
            return self.finding("single-step", wanted, got)
        if np.allclose(rates, right, rtol=1e-4, atol=0):
            worst = np.abs(rates / right - 1).max()
            wanted, got = "a relative error below 1e-9", f"off by a factor of 1 + {worst:.1g}"
            return self.finding("not-exact", wanted, got)
        names = [
            code for code, bad in _mistaken(sweep) if np.allclose(rates, bad, rtol=1e-5, atol=0)
        ]
        inside = np.isclose(rates, right, rtol=1e-5, atol=0)
        bounds = sorted(set(rates[~inside].tolist()))
        if not names and len(bounds) <= 2 and inside.sum() >= 2:
            limits = " and ".join(number_text(bound) for bound in bounds)
            return self.finding("clamped", wanted, got, bounds=limits)
        return self.finding((names or ["wrong-value"])[0], wanted, got)


def _equal(rates: np.ndarray, right: np.ndarray) -> bool:
    return rates.shape == right.shape and np.allclose(rates, right, rtol=1e-9, atol=0)


def _share(sweep: _Sweep, share: np.ndarray) -> np.ndarray:
    """The rates at these shares of the way (0: low, 1: high)."""
    return sweep.low * (sweep.high / sweep.low) ** share


def _mistaken(sweep: _Sweep) -> list[tuple[str, np.ndarray]]:
    """What each misconception makes of a sweep."""
    low, high, steps, step = sweep.low, sweep.high, sweep.steps, np.arange(sweep.steps)
    share, decades, factor = step / (steps - 1), np.log10(high / low), high / low
    shares = (share, step / steps, (step + 1) / steps)
    with np.errstate(over="ignore"):
        mistaken = [
            *[("linear", low + (high - low) * part) for part in shares],
            ("ends-swapped", _share(sweep, 1 - share)),
            ("never-reaches-high", _share(sweep, step / steps)),
            ("never-reaches-high", _share(sweep, step / (steps + 1))),
            ("starts-above-low", _share(sweep, (step + 1) / steps)),
            ("starts-above-low", _share(sweep, (step + 1) / (steps + 1))),
            ("starts-above-low", _share(sweep, (step + 1) / (steps - 1))),
            ("integer-division", _share(sweep, (step // (steps - 1)).astype(float))),
            ("integer-division", _share(sweep, (step // steps).astype(float))),
            ("logarithms-mixed", np.exp(np.log10(low) + share * decades)),
            ("logarithms-mixed", 10 ** (np.log(low) + share * np.log(factor))),
            ("logarithms-mixed", low * np.exp(share * decades)),
            ("logarithms-mixed", low * 10 ** (share * np.log(factor))),
            ("ratio-forgotten", low * high**share),
            ("ratio-forgotten", low * (high - low) ** share),
            ("ratio-forgotten", low * 10 ** (share * (high - low))),
            ("ratio-forgotten", low * factor**step),
        ]
    return [(code, rates) for code, rates in mistaken if np.isfinite(rates).all()]
