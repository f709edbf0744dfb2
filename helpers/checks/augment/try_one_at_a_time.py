"""Exercise augment.try_one_at_a_time: what each candidate adds on its own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until
from helpers.checks.observe import observe_call
from helpers.checks.reading import Seen, call_findings, returned, value_findings
from helpers.checks.several import MOST


class _Step:
    """Stands for a transform: does nothing to a picture, but has a worth."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, picture: object) -> object:
        return picture

    def __repr__(self) -> str:
        return f"<transform {self.name}>"


@dataclass(frozen=True)
class _Contest:
    """Names of the base and the candidates, what the base scores, what each candidate adds."""

    base: tuple[str, ...]
    candidates: tuple[str, ...]
    start: float
    gains: Mapping[str, float]

    def score(self, names: list[str]) -> float:
        """What a list of transforms scores; two candidates together are not simply additive."""
        known = [name for name in names if name in self.gains]
        together = 0.003 * len(known) * (len(known) - 1)
        missing = 0.137 * sum(name not in names for name in self.base)
        return self.start + sum(self.gains[name] for name in known) + together - missing

    @property
    def ranked(self) -> list[str]:
        """The candidates, best first."""
        return sorted(self.gains, key=lambda name: -self.gains[name])


class TryOneAtATime(Exercise):
    """try_one_at_a_time(base, candidates, score) -> [(name, gain)], best first."""

    id = "augment.try_one_at_a_time"
    parameters = ("base", "candidates", "score")
    checked = "each candidate alone on top of the base, the base scored once, best gain first"
    mistakes: ClassVar = {
        "scores-the-name": Mistake(
            "The name of a candidate was put into the list, not the transform itself.",
            "what you get when you loop over a dict",
        ),
        "score-needs-a-list": Mistake(
            "The function score was called with something other than a list of transforms.",
            "what the task says that score takes",
        ),
        "base-modified": Mistake(
            "Your function changed the list base. Whoever uses it next gets other transforms.",
            "how to make a longer list without touching the first one",
        ),
        "accumulates-candidates": Mistake(
            "A candidate is scored together with the ones before it. Then nobody knows which one "
            "helped.",
            "the list each candidate is added to",
        ),
        "candidate-alone": Mistake(
            "The candidates are scored alone, without the base.",
            "the list that score is called with",
        ),
        "candidate-before-base": Mistake(
            "The candidate comes before the base. It should come on top, at the end.",
            "the order in which the two lists are joined",
        ),
        "base-scored-every-time": Mistake(
            "The base is scored {count} times. Each score may be a whole training run; once is "
            "enough.",
            "which call of score does not depend on the candidate",
        ),
        "candidate-missing": Mistake(
            "Not every candidate is in your list. One that does harm is a result as well.",
            "whether something in your loop leaves candidates out",
        ),
        "loses-names": Mistake(
            "The list should hold pairs: the name of the candidate and its gain.",
            "what each element of the returned list looks like",
        ),
        "score-not-gain": Mistake(
            "Your numbers are scores. The gain is what a candidate adds to the base.",
            "what has to be subtracted",
        ),
        "gain-upside-down": Mistake(
            "Your gains have the wrong sign: a candidate that helps gets a negative one.",
            "the order of the subtraction",
        ),
        "relative-gain": Mistake(
            "Your gains are relative to the score of the base; the task asks for the difference.",
            "what the task calls gain",
        ),
        "worst-first": Mistake(
            "The worst candidate comes first.", "the direction in which you sort"
        ),
        "sorted-by-size": Mistake(
            "The list is sorted by how much a candidate changes, not by how much it helps.",
            "what you sort by: a loss is worth less than no change",
        ),
        "not-sorted": Mistake(
            "The list is not sorted by gain, best first.", "the last step before returning"
        ),
        "empty-base-fails": Mistake(
            "With an empty base your function goes wrong. An empty list has a score like any "
            "other.",
            "what your function does where base is []",
        ),
        "wrong-gain": Mistake(
            "The gains are not the score with the candidate minus the score of the base.",
            "which two scores you subtract",
        ),
    }
    names = ("blur", "crop", "flip", "grey", "jitter", "rotate", "shear", "tilt")

    def inputs(self, seed: int) -> _Contest:
        """Two transforms in the base; four candidates whose order tells nothing."""

        def draw(generator: np.random.Generator) -> _Contest:
            names = [str(name) for name in generator.permutation(self.names)[:6]]
            gains = generator.choice([-9, -7, -4, -2, 3, 5, 6, 8], size=4, replace=False) / 100
            start = round(float(generator.uniform(0.6, 0.8)), 2)
            pairs = zip(names[2:], gains, strict=True)
            ranked = {name: float(gain) for name, gain in pairs}
            return _Contest(tuple(names[:2]), tuple(names[2:]), start, ranked)

        def telling(contest: _Contest) -> bool:
            best_first = contest.ranked
            by_size = sorted(contest.candidates, key=lambda name: -abs(contest.gains[name]))
            by_name = sorted(contest.candidates)
            orders = [list(contest.candidates), by_size, by_name, best_first]
            values = list(contest.gains.values())
            return (
                all(a != b for k, a in enumerate(orders) for b in orders[k + 1 :])
                and by_name != best_first[::-1] != list(contest.candidates)
                and by_size != best_first[::-1] and min(values) < 0 < max(values)
            )  # fmt: skip

        return draw_until(seed, "contest", draw, telling)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        contest = self.inputs(seed)
        return self._run(answer, contest) | {"bare": self._run(answer, _bare(contest))}

    @staticmethod
    def _run(answer: Answer, contest: _Contest) -> Evidence:
        base = [_Step(name) for name in contest.base]
        candidates = {name: _Step(name) for name in contest.candidates}
        kept = list(base)
        scored: list[Evidence] = []

        def score(transforms: list[_Step]) -> float:
            listed = isinstance(transforms, list | tuple)
            steps = [_name_of(step) for step in transforms] if listed else []
            if len(scored) < 100:
                scored.append({"listed": listed, "steps": steps, "intact": base == kept})
            return contest.score(steps)

        call = observe_call(answer, base, candidates, score)
        intact = len(base) == len(kept) and all(a is b for a, b in zip(base, kept, strict=True))
        return {"call": call, "scored": scored, "intact": intact}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        contest = self.inputs(seed)
        value = returned(evidence["call"])
        basic = call_findings(self, evidence["call"])
        if basic and basic[0].code in ("not-started", "wrong-signature"):
            return basic
        scoring = self._scoring(evidence, contest)
        if scoring and scoring[0].code in ("scores-the-name", "score-needs-a-list"):
            return scoring
        if basic:
            return basic
        findings = scoring + self._result(value, contest, bool(scoring))
        calls = [step["steps"] for step in evidence["scored"]]
        count = sum(steps == list(contest.base) for steps in calls)
        if count > 1:
            wanted, got = "scored once", f"scored {count} times"
            findings.append(self.finding("base-scored-every-time", wanted, got, count=count))
        return findings[:MOST] or self._without_base(evidence["bare"]["call"], _bare(contest))

    def _without_base(self, call: Evidence, bare: _Contest) -> list[Finding]:
        """Whether an empty base is scored like any other."""
        findings = call_findings(self, call) or self._result(returned(call), bare, False)
        if not findings:
            return []
        first = findings[0]
        wanted = first.expected or "gains as with any other base"
        return [self.finding("empty-base-fails", wanted, first.got, first.details)]

    def _scoring(self, evidence: Evidence, contest: _Contest) -> list[Finding]:
        base = list(contest.base)
        if any(not step["listed"] for step in evidence["scored"]):
            wanted, got = "score called with a list", "called with something else"
            return [self.finding("score-needs-a-list", wanted, got)]
        calls = [step["steps"] for step in evidence["scored"]]
        if any(name.startswith("the text ") for steps in calls for name in steps):
            return [self.finding("scores-the-name", "a transform", "its name")]
        if not evidence["intact"] or any(not step["intact"] for step in evidence["scored"]):
            return [self.finding("base-modified", "base as it was", "base changed on the way")]
        together = [s for s in calls if sum(name in contest.gains for name in s) > 1]
        if together:
            got = ", ".join(together[0])
            wanted = ", ".join([*base, contest.candidates[0]])
            return [self.finding("accumulates-candidates", f"for instance {wanted}", got)]
        alone = [s for s in calls if len(s) == 1 and s[0] in contest.gains]
        if alone:
            wanted = ", ".join([*base, alone[0][0]])
            return [self.finding("candidate-alone", wanted, alone[0][0])]
        before = [s for s in calls if len(s) > 1 and s[0] in contest.gains]
        if before:
            wanted = ", ".join([*base, before[0][0]])
            return [self.finding("candidate-before-base", wanted, ", ".join(before[0]))]
        return []

    def _result(self, value: Seen, contest: _Contest, scored_wrongly: bool) -> list[Finding]:
        """What is wrong with the list itself; its gains say nothing if they were scored wrongly."""
        findings = value_findings(value, "list")
        if findings:
            return findings
        pairs = [item.items for item in value.items]
        if any(len(pair) != 2 or pair[0].text is None for pair in pairs):
            wanted, got = "[(name, gain), ...]", value.describe()
            return [self.finding("loses-names", wanted, got)]
        names = [str(pair[0].text) for pair in pairs]
        missing = [name for name in contest.candidates if name not in names]
        if missing:
            return [self.finding("candidate-missing", f"also {missing[0]}", ", ".join(names))]
        for name, gain in pairs:
            if findings := value_findings(gain, "number", f"As gain of {name.text}, your function"):
                return findings
        gains = {str(name.text): gain.number for name, gain in pairs}
        if set(gains) != set(contest.gains) or len(names) != len(gains):
            return [self.finding("wrong-gain", ", ".join(contest.candidates), ", ".join(names))]
        findings = [] if scored_wrongly else self._gains(gains, contest)
        upside_down = bool(findings) and findings[0].code == "gain-upside-down"
        if upside_down and names == list(contest.ranked):
            return findings
        return findings + self._order(gains)

    def _gains(self, gains: dict[str, float], contest: _Contest) -> list[Finding]:
        """Name the misconception that explains all gains."""
        wrong = [name for name, right in contest.gains.items() if abs(gains[name] - right) >= 6e-4]
        if not wrong:
            return []
        code = "wrong-gain"
        for tried in ("score-not-gain", "gain-upside-down", "relative-gain"):
            if all(abs(gains[name] - self._mistaken(tried, right, contest.start)) < 6e-4
                   for name, right in contest.gains.items()):  # fmt: skip
                code = tried
        wanted = f"{contest.gains[wrong[0]]:+.2g} for {wrong[0]}"
        return [self.finding(code, wanted, f"{gains[wrong[0]]:+.3g}")]

    @staticmethod
    def _mistaken(code: str, right: float, start: float) -> float:
        if code == "score-not-gain":
            return start + right
        return -right if code == "gain-upside-down" else right / start

    def _order(self, gains: dict[str, float]) -> list[Finding]:
        """Whether the list is sorted by its own gains, right or not."""
        given = list(gains.values())
        best_first = sorted(gains, key=lambda name: -gains[name])
        if given == sorted(given, reverse=True):
            return []
        code = "not-sorted"
        if given == sorted(given):
            code = "worst-first"
        elif given == sorted(given, key=lambda gain: -abs(gain)):
            code = "sorted-by-size"
        return [self.finding(code, ", ".join(best_first), ", ".join(gains))]


def _bare(contest: _Contest) -> _Contest:
    """The same candidates, and nothing in the base: how the lesson begins."""
    return replace(contest, base=())


def _name_of(step: object) -> str:
    if isinstance(step, _Step):
        return step.name
    return f"the text {step[:40]}" if isinstance(step, str) else f"a {type(step).__name__}"[:60]
