"""Exercise rate.smooth: an exponential moving average that starts in the right place."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.lists import beginning, floats_of, list_findings, read_numbers, same
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import number_text, returned


@dataclass(frozen=True)
class _Noisy:
    losses: tuple[float, ...]
    beta: float


class Smooth(Exercise):
    """smooth(losses, beta) -> as many numbers: the exponential average, its start corrected."""

    id = "rate.smooth"
    parameters = ("losses", "beta")
    own_versions = ("helpers.training.lr_finder.smooth",)
    checked = "four lists of losses, with much, little and no smoothing; your input left as it was"
    mistakes: ClassVar = {
        "only-last-value": Mistake(
            "Your function returns one number. There should be one for each loss.",
            "a list that grows in the loop, and the return line",
        ),
        "wrong-length": Mistake(
            "Your list has another length than the losses.",
            "what the list holds before the loop, and how often the loop appends",
        ),
        "losses-changed": Mistake(
            "Your function changes the list it was given. Whoever plots the raw losses next gets "
            "smoothed ones.",
            "which list your loop writes to",
        ),
        "no-bias-correction": Mistake(
            "Your average starts at zero and takes a long time to get away from it: the first "
            "values are far too small.",
            "the correction: what the first value has to be",
        ),
        "starts-with-first-loss": Mistake(
            "Your average starts with the first loss, which then counts far more than all others. "
            "That is another remedy than the bias correction.",
            "what the average holds before the first loss, and what it is divided by afterwards",
        ),
        "corrected-fed-back": Mistake(
            "The corrected value goes back into the average and is corrected again and again.",
            "two quantities: the running average, and the corrected value you only hand out",
        ),
        "hard-coded-beta": Mistake(
            "Your average is right for a beta of {story}, whatever beta is asked for.",
            "where the argument beta is used in your function",
        ),
        "brackets-missing": Mistake(
            "You divide by 1, and then take something away: a division is done before a minus.",
            "the brackets around what you divide by",
        ),
        "exponent-off-by-one": Mistake(
            "The correction counts one loss too many or too few.",
            "the exponent for the very first loss: how many losses has the average seen by then?",
        ),
        "correction-without-exponent": Mistake(
            "Your correction is as strong at the end as at the start.",
            "what the correction should fade to once many losses have been seen",
        ),
        "correction-upside-down": Mistake(
            "Your correction makes small values smaller still.",
            "whether you multiply or divide by the correction",
        ),
        "beta-swapped": Mistake(
            "A larger beta smooths less in your function. It should smooth more.",
            "what is multiplied by beta: the past, or the new loss",
        ),
        "window-mean": Mistake(
            "This is the mean over a window. The exponential average never forgets at once: old "
            "losses fade.",
            "how the new average is made from the old one and the new loss",
        ),
        "plain-mean": Mistake(
            "This is the plain mean of all losses so far; beta has no effect.",
            "how the new average is made from the old one and the new loss",
        ),
        "not-smoothed": Mistake(
            "Your values are the losses themselves: nothing is smoothed.",
            "which quantity is multiplied by beta: it has to be the average so far",
        ),
        "wrong-value": Mistake(
            "These are not the bias-corrected exponential averages.",
            "three losses by hand",
        ),
    }

    def inputs(self, seed: int) -> list[_Noisy]:
        """Much smoothing, less, none, and a single loss."""

        def draw(rng: np.random.Generator) -> list[_Noisy]:
            falling = np.linspace(2.5, 1.2, 14) + rng.normal(0, 0.35, size=14)
            losses = [round(float(loss), 3) for loss in falling]
            betas = [0.9, round(float(rng.uniform(0.55, 0.75)), 2)]
            return [
                _Noisy(tuple(losses), betas[0]),
                _Noisy(tuple(losses[:9]), betas[1]),
                _Noisy(tuple(losses[:4]), 0.0),
                _Noisy(tuple(losses[5:6]), betas[0]),
            ]

        def telling(cases: list[_Noisy]) -> bool:
            losses = np.array(cases[0].losses)
            return bool(losses.min() > 0.3 and abs(losses[0] - losses[:5].mean()) > 0.15)

        return draw_until(seed, "losses", draw, telling)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for case in self.inputs(seed):
            given = list(case.losses)
            call, value = call_and_keep(answer, given, case.beta)
            smoothed = floats_of(value)
            runs.append({
                "call": call,
                "smoothed": smoothed,
                "intact": floats_of(given) is not None and given == list(case.losses),
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for run, case in zip(evidence["runs"], self.inputs(seed), strict=True):
            if findings := self._run(run, case):
                return findings
        return []

    def _run(self, run: Evidence, case: _Noisy) -> list[Finding]:
        call, value, count = run["call"], returned(run["call"]), len(case.losses)
        if call.get("raised", {}).get("type") == "ZeroDivisionError" and case.beta > 0:
            wanted = "nothing divided by zero"
            return [self.finding("exponent-off-by-one", wanted, "ZeroDivisionError")]
        if value.kind == "number":
            wanted = f"{count} numbers in a list"
            alone = self.finding("only-last-value", wanted, value.describe())
            return [alone, *self._last(value.number, case)]
        if findings := list_findings(self, call):
            return findings
        smoothed, right = read_numbers(run["smoothed"]), _average(case)
        findings = []
        if not same(smoothed, right):
            findings += self._wrong(smoothed, right, case)
        if not run["intact"]:
            findings.insert(0, self.finding("losses-changed", "the losses as they were", "changed"))
        return findings

    def _last(self, number: float, case: _Noisy) -> list[Finding]:
        """What is wrong with the one number that came back, if anything."""
        right = _average(case)[-1:]
        for code, values in [("", right), *_mistaken(case)]:
            if same(np.array([number]), values[-1:]):
                wanted, got = number_text(right[0]), number_text(number)
                return [self.finding(code, f"{wanted} as the last one", got)] if code else []
        return []

    def _wrong(self, smoothed: np.ndarray, right: np.ndarray, case: _Noisy) -> list[Finding]:
        got, losses = beginning(smoothed), beginning(np.array(case.losses))
        told = f"{beginning(right)} (losses {losses}; beta {case.beta})"
        if smoothed.size != right.size:
            length = f"{right.size} numbers", f"{smoothed.size} numbers"
            codes = (code for code, values in _mistaken(case) if _overlap(smoothed, values))
            code = None if _overlap(smoothed, right) else next(codes, None)
            more = [self.finding(code, told, got)] if code else []
            return [self.finding("wrong-length", *length), *more]
        if not np.isfinite(smoothed).all():
            return [self.finding("exponent-off-by-one", told, got)]
        for code, values in _mistaken(case):
            if same(smoothed, values):
                return [self.finding(code, told, got)]
        for usual in (0.9, 0.95, 0.98, 0.99):
            other = _Noisy(case.losses, usual)
            for code, values in [("", _average(other)), *_mistaken(other)]:
                if same(smoothed, values):
                    fixed = self.finding("hard-coded-beta", told, got, story=usual)
                    return [fixed, self.finding(code, told, got)] if code else [fixed]
        first = smoothed[:1]
        if same(first, right[:1] * (1 - case.beta)) and case.beta:
            return [self.finding("no-bias-correction", told, number_text(first[0]))]
        return [self.finding("wrong-value", told, got)]


def _average(
    case: _Noisy, start: float = 0.0, late: int = 0, swapped: bool = False, corrected: str = "yes"
) -> np.ndarray:
    """Exponential averages; the right one by default."""
    beta = 1 - case.beta if swapped else case.beta
    average, values = start, []
    for number, loss in enumerate(case.losses, start=1 + late):
        average = beta * average + (1 - beta) * loss
        power = case.beta if corrected == "other" else beta
        bias = 1 - power**number or np.inf
        values.append(average if corrected == "no" else average / bias)
    return np.array(values)


def _mistaken(case: _Noisy) -> list[tuple[str, np.ndarray]]:
    """What each misconception makes of these losses."""
    losses, beta = np.array(case.losses), case.beta
    plain, count = _average(case, corrected="no"), np.arange(1, len(losses) + 1)
    early = _average(case, late=-1)
    early[0] = losses[0]
    small_first = np.concatenate([plain[:1], early[1:]])
    windows = [
        ("window-mean", np.array(values))
        for width in range(2, len(losses))
        for values in _windows(losses, width)
    ]
    return [
        ("not-smoothed", losses),
        ("no-bias-correction", plain),
        ("starts-with-first-loss", _average(case, start=losses[0], corrected="no")),
        ("starts-with-first-loss", _average(case, start=losses[0])),
        ("starts-with-first-loss", _late_start(case)),
        ("brackets-missing", plain - beta**count),
        ("corrected-fed-back", _fed_back(losses, beta)),
        ("exponent-off-by-one", _average(case, late=1)),
        ("exponent-off-by-one", early),
        ("exponent-off-by-one", small_first),
        ("correction-without-exponent", plain / (1 - beta)),
        ("correction-without-exponent", plain / (1 - beta * count)),
        ("correction-upside-down", plain * (1 - beta**count)),
        ("beta-swapped", _average(case, swapped=True)),
        ("beta-swapped", _average(case, swapped=True, corrected="no")),
        ("beta-swapped", _average(case, swapped=True, corrected="other")),
        ("beta-swapped", _average(case, start=losses[0], swapped=True, corrected="no")),
        ("plain-mean", np.cumsum(losses) / count),
        *windows,
    ]


def _overlap(smoothed: np.ndarray, values: np.ndarray) -> bool:
    """Whether one list is the other without its first or its last number."""
    pairs = ((smoothed, values), (values, smoothed))
    return min(smoothed.size, values.size) > 2 and any(
        same(short, long[1:]) or same(short, long[:-1]) for short, long in pairs
    )


def _late_start(case: _Noisy) -> np.ndarray:
    """Begins with the first loss, mixes in the others, and then corrects what needs none."""
    first, *others = case.losses
    rest = _average(_Noisy(tuple(others), case.beta), start=first, late=1)
    return np.array([first, *rest])


def _fed_back(losses: np.ndarray, beta: float) -> np.ndarray:
    average, values = 0.0, []
    for number, loss in enumerate(losses, start=1):
        average = (beta * average + (1 - beta) * loss) / (1 - beta**number)
        values.append(average)
    return np.array(values)


def _windows(losses: np.ndarray, width: int) -> list[list[float]]:
    """Means over a window that ends here, begins here, or lies around; and one with zeros."""
    count, half = len(losses), width // 2
    ends = [float(losses[max(0, k - width + 1) : k + 1].mean()) for k in range(count)]
    begins = [float(losses[k : k + width].mean()) for k in range(count)]
    around = [float(losses[max(0, k - half) : k + half + 1].mean()) for k in range(count)]
    zeros = [float(v) for v in np.convolve(losses, np.ones(width) / width, mode="same")]
    return [ends, begins, around, zeros]
