"""Exercise decay.sweep: train once with each value, keep the best."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from helpers.checks.calling import number_of
from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, number_text, numbers_text, returned

MAX_CALLS = 100
KINDS = ("clear", "close", "larger first", "larger last", "failed", "failed first", "zero")
#: Who trains otherwise, or loses accuracies, has no fair choice: the choice is not judged then.
NO_CHOICE = ("not-the-values", "stops-early", "keys-are-accuracies")


@dataclass(frozen=True)
class _Case:
    """Values in the order in which they are given, and the accuracy of each."""

    values: tuple[float, ...]
    accuracies: tuple[float, ...]

    @property
    def best(self) -> float:
        """The value with the highest accuracy that is a number; the largest of equals."""
        pairs = zip(self.accuracies, self.values, strict=True)
        return max(pair for pair in pairs if not np.isnan(pair[0]))[1]

    def told(self) -> str:
        """The case in words, for a card."""
        pairs = zip(self.values, self.accuracies, strict=True)
        shown = ", ".join(f"{number_text(v)}: {number_text(a)}" for v, a in pairs)
        return f"{number_text(self.best)} ({shown})"


class Sweep(Exercise):
    """sweep(values, train_once) -> (the best value, the accuracy of each value)."""

    id = "decay.sweep"
    parameters = ("values", "train_once")
    checked = (
        "seven sweeps: a clear best, close ones, ties in either order, trainings that failed, no "
        "decay as the best; each value trained once"
    )
    mistakes: ClassVar = {
        "not-a-pair": Mistake(
            "Your function should return two things: the best value, and a dict with the accuracy "
            "of each value.",
            "the return line",
        ),
        "outputs-swapped": Mistake(
            "The dict comes first and the best value second.", "the order in the return line"
        ),
        "scores-not-a-dict": Mistake(
            "The accuracies are no dict: one could not tell which value each belongs to.",
            "what the second thing you return is",
        ),
        "never-trained": Mistake(
            "Your function never calls train_once.", "where each accuracy should come from"
        ),
        "not-the-values": Mistake(
            "Your function trains with something else than the given values.",
            "what train_once is called with: the value itself",
        ),
        "called-twice": Mistake(
            "Your function trains twice with the same value. A training takes minutes, and comes "
            "out a little different each time.",
            "how often train_once is called for each value: keep what it returns",
        ),
        "stops-early": Mistake(
            "Your function does not try every value.",
            "what ends your loop, and how far the return is indented",
        ),
        "keys-are-accuracies": Mistake(
            "The dict goes from accuracy to value. Two values with the same accuracy do not both "
            "fit in.",
            "which of the two is in front of the colon",
        ),
        "keys-not-values": Mistake(
            "The keys of your dict are of the type {story}, not the values themselves. Whoever "
            "looks up a value finds nothing.",
            "what stands in front of the colon",
        ),
        "scores-missing": Mistake(
            "Values are missing in your dict: {story}.", "when an entry is written"
        ),
        "wrong-scores": Mistake(
            "The accuracies in your dict are not those that train_once returned.",
            "what is written next to each value",
        ),
        "score-not-value": Mistake(
            "The first thing you return is the best accuracy. What is asked for is the value that "
            "gave it.",
            "what your search keeps",
        ),
        "index-not-value": Mistake(
            "The first thing you return is a position in the list, not the value there.",
            "the last step, from position to value",
        ),
        "nan-wins": Mistake(
            "A training that failed wins. Every comparison with NaN is false, so max may keep one.",
            "what is left out before the best is chosen",
        ),
        "nan-stops": Mistake(
            "A training that failed keeps your search from finding a better value.",
            "what every comparison with NaN gives",
        ),
        "worst-taken": Mistake(
            "Your function chooses the lowest accuracy. That is right for a loss.",
            "which end of the accuracies is good",
        ),
        "ties-to-weaker": Mistake(
            "Of two equally good values your function takes the smaller one. The stronger decay, "
            "which is as good with smaller weights, is asked for.",
            "what your comparison does when two accuracies are equal",
        ),
        "ties-by-order": Mistake(
            "Of two equally good values your function takes the one that comes {story} in the "
            "list, not the larger one.",
            "what your comparison does when two accuracies are equal",
        ),
        "close-is-not-equal": Mistake(
            "Your function takes accuracies that differ a little for equal.",
            "whether accuracies are rounded before they are compared",
        ),
        "strongest-taken": Mistake(
            "Your function returns the largest value, whatever its accuracy is.",
            "what is compared: accuracies first, values only where these are equal",
        ),
        "zero-passed-over": Mistake(
            "A decay of 0 is the best, but your function passes over it. To Python a 0 is as good "
            "as nothing.",
            "conditions that ask for a value as if it were true or false, such as if not best",
        ),
        "wrong-best": Mistake(
            "This is not the best value.", "the accuracies, with the best one marked by hand"
        ),
        "values-changed": Mistake(
            "Your function changes the list of values it was given.",
            "sort and pop work in place; sorted makes a new list",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        """A clear best; a close one; ties in both orders; failed trainings; zero as the best."""
        draw = rng(seed, self.id)
        cases = []
        for kind in KINDS:
            powers = np.arange(-4, 1) + draw.uniform(0, 0.8, 5)  # no two values alike
            values = [float(f"{value:.4g}") for value in 10**powers]
            low, good = draw.uniform(0.4, 0.7, 5), round(float(draw.uniform(0.8, 0.95)), 2) + 0.003
            ordered = sorted(values)
            scores = dict(zip(ordered, (float(a) for a in low), strict=True))
            weak, strong = ordered[1], ordered[3]
            scores[weak] = good
            if kind == "zero":
                ordered[1], scores[0.0] = 0.0, scores.pop(weak)
                weak = 0.0
            if kind == "close":
                scores[strong] = good - 0.001
            if kind.startswith("larger"):
                scores[strong] = good
            order = [ordered[2], weak, ordered[4], strong, ordered[0]]
            if kind == "larger first":
                order = [ordered[2], strong, ordered[0], weak, ordered[4]]
            if kind.startswith("failed"):
                scores[ordered[4]] = float("nan")
                scores[ordered[2]] = float("nan")
            if kind == "failed first":
                order = [ordered[4], ordered[0], weak, ordered[2], strong]
            cases.append(_Case(tuple(order), tuple(scores[value] for value in order)))
        return cases

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": [_run(answer, case) for case in self.inputs(seed)]}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        cases = self.inputs(seed)
        pairs = list(zip(evidence["runs"], cases, strict=True))
        for run, case in pairs:
            if findings := self._form(run, case):
                return findings
        swapped = [self._swapped(run["call"]) for run, _ in pairs]
        training = [finding for run, case in pairs for finding in self._training(run, case)]
        found = [f for f in swapped if f is not None][:1] + training[:1]
        if not training or training[0].code not in NO_CHOICE:
            found += self._choice([run["best"] for run, _ in pairs], cases)
        if not all(run["intact"] is True for run, _ in pairs):
            found.append(self.finding("values-changed", "the list as it was", "another list"))
        return found[:3]

    def _form(self, run: Evidence, case: _Case) -> list[Finding]:
        raised = str(run["call"].get("raised", {}).get("message"))
        if raised.startswith("'tuple' object"):  # the values of one sweep are a tuple
            return [self.finding("values-changed", "any row of values", raised)]
        if findings := call_findings(self, run["call"]):
            return findings
        value = returned(run["call"])
        if value.kind != "list" or int(value.data["length"]) != 2:
            return [self.finding("not-a-pair", "(best, scores)", value.describe())]
        if not run["calls"].size:
            return [self.finding("never-trained", f"{len(case.values)} calls", "none")]
        best = value.items[1 if value.items[0].kind == "mapping" else 0]
        if number_of(best) is None or run["best"] is None:
            return [self.finding("wrong-best", case.told(), best.describe())]
        return []

    def _swapped(self, call: Evidence) -> Finding | None:
        value = returned(call)
        if value.items[0].kind != "mapping":
            return None
        return self.finding("outputs-swapped", "(best, scores)", value.describe())

    def _training(self, run: Evidence, case: _Case) -> list[Finding]:
        calls = [float(value) for value in run["calls"]]
        strangers = [value for value in calls if value not in case.values]
        told, got = numbers_text(np.array(case.values)), numbers_text(run["calls"])
        if strangers:
            return [self.finding("not-the-values", told, got)]
        if len(set(calls)) != len(calls):
            return [self.finding("called-twice", told, got)]
        if len(calls) != len(case.values):
            return [self.finding("stops-early", told, got)]
        return self._scores(run, case)

    def _scores(self, run: Evidence, case: _Case) -> list[Finding]:
        told = numbers_text(np.array(case.values))
        first, second = returned(run["call"]).items
        table = first if first.kind == "mapping" else second
        if table.kind != "mapping":
            return [self.finding("scores-not-a-dict", "a dict", table.describe())]
        if run["keys"] is None:
            return [self.finding("wrong-scores", told, "something else than numbers")]
        keys = [float(key) for key in run["keys"]]
        finite = {a for a in case.accuracies if not np.isnan(a)}
        if finite and finite <= set(keys):
            return [self.finding("keys-are-accuracies", told, numbers_text(run["keys"]))]
        near = [v for v in case.values if any(_same(key, v) for key in keys)]
        if missing := [value for value in case.values if value not in near]:
            story = numbers_text(np.array(missing))
            return [self.finding("scores-missing", told, numbers_text(run["keys"]), story=story)]
        if run["found"] is not True:
            return [
                self.finding("keys-not-values", "float", run["key_type"], story=run["key_type"])
            ]
        scores = dict(zip(keys, (float(a) for a in run["scores"]), strict=True))
        right = dict(zip(case.values, case.accuracies, strict=True))
        if any(not _same(scores[v], right[v]) for v in right) or len(scores) != len(right):
            return [self.finding("wrong-scores", case.told(), numbers_text(run["scores"]))]
        return []

    def _choice(self, best: list[Any], cases: list[_Case]) -> list[Finding]:
        got = [float(value) for value in best]
        wrong = [k for k, case in enumerate(cases) if not _same(got[k], case.best)]
        if not wrong:
            return []
        code, story = _why(cases, got, wrong[0])
        told = cases[wrong[0]].told()
        return [self.finding(code, told, number_text(got[wrong[0]]), story=story)]


def _same(got: float, wanted: float) -> bool:
    return bool(np.isclose(got, wanted, rtol=1e-6, atol=0, equal_nan=True))


def _run(answer: Answer, case: _Case) -> Evidence:
    """One sweep: what was returned, and which values were trained with, in which order."""
    values: Any = case.values if 0.0 in case.values else list(case.values)
    calls: list[float] = []
    right = dict(zip(case.values, case.accuracies, strict=True))

    def train_once(value: Any, /) -> float:
        asked = float(value)
        meant = next((v for v in case.values if _same(asked, v)), asked)
        calls.append(meant)
        if len(calls) > MAX_CALLS:
            raise RuntimeError("train_once was called a hundred times")
        return right.get(meant, 0.0)

    call, pair = call_and_keep(answer, values, train_once)
    return {
        "call": call,
        "calls": np.array(calls, dtype=np.float64),
        "intact": list(values) == list(case.values),
        **_parts(pair, case),
    }


def _parts(pair: Any, case: _Case) -> Evidence:
    """The best value and the dict, in whichever order; None for what cannot be read."""
    parts: Evidence = {"best": None, "keys": None, "scores": None, "found": False, "key_type": ""}
    try:
        best, table = pair
        if isinstance(best, dict):
            best, table = table, best
        parts["best"] = float(best) if np.isfinite(float(best)) else None
        keys = np.array([float(key) for key in table], dtype=np.float64)
        scores = [np.nan if isinstance(s, str) else float(s) for s in table.values()]
        parts |= {"keys": keys, "scores": np.array(scores, dtype=np.float64)}
        parts["found"] = all(value in table for value in case.values)
        parts["key_type"] = type(next(iter(table), None)).__name__[:60]
    except Exception:  # whatever it is, the judge sees it in the call
        pass
    return parts


def _why(cases: list[_Case], got: list[float], first: int) -> tuple[str, str]:
    """The mistake that gives all these choices, by what each mistake would choose."""
    for code, story, choose in _CHOICES:
        chosen = [choose(list(case.values), list(case.accuracies)) for case in cases]
        if all(_same(a, b) for a, b in zip(got, chosen, strict=True)):
            return code, story
    case = cases[first]
    scores = dict(zip(case.values, case.accuracies, strict=True))
    if np.isnan(scores.get(got[first], 0.0)):
        return "nan-wins", ""
    if case.best == 0:
        return "zero-passed-over", ""
    if any(np.isnan(case.accuracies)):
        return "nan-stops", ""
    if got[first] in scores and scores[got[first]] == scores[case.best]:
        return "ties-to-weaker", ""
    return "wrong-best", ""


def _numbers(values: list[float], scores: list[float]) -> list[tuple[float, float]]:
    pairs = zip(scores, values, strict=True)
    return [(score, value) for score, value in pairs if not np.isnan(score)]


def _first(values: list[float], scores: list[float]) -> float:
    return max(_numbers(values, scores), key=lambda pair: pair[0])[1]


def _last(values: list[float], scores: list[float]) -> float:
    return _first(values[::-1], scores[::-1])


def _weaker(values: list[float], scores: list[float]) -> float:
    return max((score, -value) for score, value in _numbers(values, scores))[1] * -1


def _index(values: list[float], scores: list[float]) -> float:
    return float(values.index(max(_numbers(values, scores))[1]))


_CHOICES: list[tuple[str, str, Any]] = [
    ("score-not-value", "", lambda v, s: max(_numbers(v, s))[0]),
    ("score-not-value", "", lambda v, s: max(s)),
    ("index-not-value", "", _index),
    ("index-not-value", "", lambda v, s: float(v.index(_first(v, s)))),
    ("index-not-value", "", lambda v, s: float(v.index(_last(v, s)))),
    ("index-not-value", "", lambda v, s: float(np.argmax(s))),
    ("index-not-value", "", lambda v, s: float(s.index(max(s)))),
    ("worst-taken", "", lambda v, s: min(_numbers(v, s))[1]),
    ("worst-taken", "", lambda v, s: min(_numbers(v, s), key=lambda p: (p[0], -p[1]))[1]),
    ("worst-taken", "", lambda v, s: v[s.index(min(s))]),
    ("strongest-taken", "", lambda v, s: max(v)),
    ("strongest-taken", "", lambda v, s: max(_numbers(v, s), key=lambda p: p[1])[1]),
    ("ties-to-weaker", "", _weaker),
    ("ties-by-order", "first", _first),
    ("ties-by-order", "last", _last),
    ("close-is-not-equal", "", lambda v, s: (
        max((round(score, 2), value) for score, value in _numbers(v, s))[1])),
]  # fmt: skip
