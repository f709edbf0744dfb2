"""Exercise unfreeze.unfreeze_next: the next part towards the input joins the same optimizer."""

from itertools import pairwise
from typing import ClassVar

import numpy as np

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.networks import names_text, within
from helpers.checks.reading import call_findings, number_text, returned
from helpers.checks.several import one_of_each
from helpers.checks.unfreeze.unfreeze_next_probe import (
    MOMENTUM,
    Case,
    Expected,
    Ways,
    cases,
    observed,
)

AT_THE_END = {"raises-at-the-end", "changes-at-the-end", "not-none-at-the-end"}
#: After one of these a function takes for the end what is none, or the other way round.
LOST_ITS_WAY = {
    "nothing-happens", "wrong-part", "joined-but-frozen", "partly-frozen-taken", "others-frozen",
    "optimizer-fails",
}  # fmt: skip
#: Mistakes about who learns, and about rates; the same mistake may show once more at the end.
ABOUT_PARTS = {"first-not-last", "all-at-once", "everything", "part-incomplete"}
ABOUT_RATES = {
    "old-rate", "wrong-rate", "old-rates-changed", "old-parts-dropped", "old-parts-move-otherwise",
    "state-lost",
}  # fmt: skip


class UnfreezeNext(Exercise):
    """unfreeze_next(model, optimizer, names, lr) -> the name of the part that learns now."""

    id = "unfreeze.unfreeze_next"
    parameters = ("model", "optimizer", "names", "lr")
    own_versions = ("helpers.training.join",)
    checked = (
        "each call lets one more part learn, from the head towards the input, in the same "
        "optimizer, at its own rate; the others keep their momentum and their rates; at the end "
        "None"
    )
    mistakes: ClassVar = {
        "nothing-happens": Mistake(
            "After your function nothing new can be trained; {story} should.",
            "whether your loop ever finds a part that is still frozen",
        ),
        "first-not-last": Mistake(
            "Your function begins at the input, with {story}. The last part that is still frozen "
            "comes next.",
            "the order of names, and the end at which you begin to look",
        ),
        "all-at-once": Mistake(
            "All frozen parts are unfrozen at once: {story}. One part a call.",
            "where your loop should end once it has found a part",
        ),
        "everything": Mistake(
            "Your function unfreezes the whole model, even parts that are not in names.",
            "whose parameters your function sets",
        ),
        "others-frozen": Mistake(
            "Your function freezes what was already learning: {story}.",
            "whether anything in your function sets requires_grad to False",
        ),
        "part-incomplete": Mistake(
            "Only some of the parameters of the next part can be trained; these cannot: {story}.",
            "which parameters of the part your function reaches",
        ),
        "wrong-part": Mistake(
            "Your function unfreezes other parameters than those of the next part.",
            "how you decide which parameters belong to a part",
        ),
        "joined-but-frozen": Mistake(
            "The optimizer holds the parameters of {story}, but they are still frozen: no gradient "
            "ever reaches them.",
            "what else a part needs besides a place in the optimizer",
        ),
        "not-joined": Mistake(
            "The parameters of {story} can be trained, but the optimizer that your function was "
            "given does not move them. Their gradients pile up unseen.",
            "what the given optimizer has to be told; a new optimizer is of no use to its owner",
        ),
        "part-joins-in-part": Mistake(
            "Only some parameters of the next part join the optimizer; these do not: {story}.",
            "which parameters you hand to the optimizer",
        ),
        "partly-frozen-taken": Mistake(
            "{story} learns already: only its BatchNorms are frozen, and should stay so. Your "
            "function takes it for the next frozen part.",
            "when a part counts as frozen: when all of its parameters are, or when one is?",
        ),
        "added-twice": Mistake(
            "Parameters are added to the optimizer that it holds already.",
            "which parameters you hand to the optimizer: those of one part, or all that can be "
            "trained?",
        ),
        "state-lost": Mistake(
            "The parts that were learning before have lost their momentum: they start from zero.",
            "what your function does to the optimizer besides adding to it",
        ),
        "old-rates-changed": Mistake(
            "A rate has changed that should stay: the one of {story}. Only the part that joins "
            "gets lr.",
            "which groups of the optimizer your function touches",
        ),
        "old-parts-dropped": Mistake(
            "The optimizer has lost what was learning before: {story} no longer moves.",
            "what your function does to the optimizer besides adding to it",
        ),
        "old-parts-move-otherwise": Mistake(
            "The parts that were learning before no longer move as they did: {story}.",
            "what your function does to the optimizer besides adding to it",
        ),
        "old-rate": Mistake(
            "The part that joins learns at the rate of {story}. It should learn at the lr of this "
            "call.",
            "where the argument lr is used, and what a group does that brings no rate",
        ),
        "wrong-rate": Mistake(
            "The part that joins does not learn at lr.",
            "where the argument lr is used in your function",
        ),
        "without-momentum": Mistake(
            "The part that joins learns without the optimizer's momentum.",
            "the entries of the group that you add",
        ),
        "weights-changed": Mistake(
            "Your function changes weights: {story}. It should only let them learn.",
            "whether your function takes a training step or sets weights anew",
        ),
        "name-not-returned": Mistake(
            "The right part learns, but your function does not say which: it should return the "
            "name.",
            "the end of your function",
        ),
        "wrong-name": Mistake(
            "The right part learns, but your function returns something else than its name.",
            "the return line",
        ),
        "raises-at-the-end": Mistake(
            "When every part learns already, your function stops with an error. It should return "
            "None and change nothing.",
            "what your search does when it finds nothing",
        ),
        "not-none-at-the-end": Mistake(
            "When every part learns already, your function should return None.",
            "the path through your function on which no part is found",
        ),
        "changes-at-the-end": Mistake(
            "When every part learns already, your function still changes something: {story}.",
            "what your function does when it finds nothing",
        ),
        "optimizer-fails": Mistake(
            "After your function the optimizer stops with an error.",
            "what your function does to the optimizer",
        ),
    }

    def inputs(self, seed: int) -> list[Case]:
        return cases(seed)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": [
            observed(answer, case, self._gradients(seed, k))
            for k, case in enumerate(self.inputs(seed))
        ]}  # fmt: skip

    @staticmethod
    def _gradients(seed: int, number: int) -> np.random.Generator:
        return rng(seed, f"next-gradients-{number}")

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        on_the_way: list[Finding] = []
        at_the_end: list[Finding] = []
        for k, (turns, case) in enumerate(zip(evidence["runs"], self.inputs(seed), strict=True)):
            expected = Expected(case, self._gradients(seed, k))
            found, later = self._first_wrong_turn(turns, expected)
            if not found and len(turns) != len(case.call_rates):
                raise ValueError("calls are missing")
            if found and found[0].code in AT_THE_END:
                found, later = [], found
            on_the_way, at_the_end = on_the_way or found, at_the_end or later
        return one_of_each([*on_the_way, *at_the_end])

    def _first_wrong_turn(
        self, turns: list[Evidence], expected: Expected
    ) -> tuple[list[Finding], list[Finding]]:
        """The findings of the first call that has any; what goes wrong later, at the end."""
        for number, (turn, lr) in enumerate(zip(turns, expected.case.call_rates, strict=False)):
            if findings := self._turn(turn, expected, lr):
                return findings, self._end_after(findings[0].code, turns[number:], expected.case)
        return [], []

    def _end_after(self, code: str, turns: list[Evidence], case: Case) -> list[Finding]:
        """What is wrong when all parts learn, after a first mistake; nothing that follows from it.

        The optimizer is not what it should be any more, so a call is only compared with the state
        in which it found things.
        """
        for before, turn in pairwise(turns):
            if code in LOST_ITS_WAY or not all(
                "value" in each[what] for each in (before, turn) for what in ("learn", "rates")
            ):
                return []
            learn = set(before["learn"]["value"])
            if not all(within(case.model, [name]) & learn for name in case.names):
                continue
            basic = call_findings(self, turn["call"])
            if basic and basic[0].code == "raised":
                got, details = basic[0].got, basic[0].details
                return [self.finding("raises-at-the-end", "None", got, details)]
            if story := _changes(before, turn, code):
                return [self.finding("changes-at-the-end", "no change", "a change", story=story)]
            value = returned(turn["call"])
            # True for a part and False for none, or a list of names, is one mistake, not two.
            of_its_kind = code == "wrong-name" and value.kind in ("number", "list", "mapping")
            if value.kind != "none" and not of_its_kind:
                return [self.finding("not-none-at-the-end", "None", value.describe())]
        return []

    def _turn(self, turn: Evidence, expected: Expected, lr: float) -> list[Finding]:
        part = expected.call(lr)
        basic = call_findings(self, turn["call"])
        nothing = basic[:1] and basic[0].code == "returned-none"
        if half := self._partly_frozen(turn, expected):
            return half
        if basic and not nothing:
            raised = turn["call"].get("raised", {})
            code = "raises-at-the-end" if part is None else "added-twice"
            known = part is None or "more than one parameter group" in str(raised.get("message"))
            if basic[0].code == "raised" and known:
                wanted = "None" if part is None else "each parameter once"
                return [self.finding(code, wanted, basic[0].got, basic[0].details)]
            return basic
        for measured in ("learn", "held", "written", "ways"):
            if "value" not in turn[measured]:
                error = str(turn[measured]["error"])
                return [self.finding("optimizer-fails", "a training step", error)]
        findings = self._who_learns(turn, expected, part)
        name = [] if findings else self._name(turn, part)
        if nothing and findings and findings[0].code == "nothing-happens":
            return basic
        if turn["written"]["value"]:
            story = names_text(map(str, turn["written"]["value"]))
            findings = findings or [
                self.finding("weights-changed", "as they were", "changed", story=story)
            ]
        findings = findings or self._moves(turn["ways"]["value"], expected, part, lr)
        if part is None and findings:
            who, how = "which parameters learn", "how the parts move in the next step"
            story = {"weights-changed": "weights"}.get(findings[0].code, how)
            learn = set(turn["learn"]["value"])
            story = story if learn == expected.learn else who
            return [self.finding("changes-at-the-end", "no change", "a change", story=story)]
        return findings + name

    def _partly_frozen(self, turn: Evidence, expected: Expected) -> list[Finding]:
        """Whether parameters were unfrozen, and only those, in a part that was learning already."""
        model, new = expected.case.model, set(turn["learn"].get("value", ())) - expected.before
        for part in expected.case.learning:
            if new and new <= within(model, [part]):
                wanted, got = "its BatchNorms stay frozen", names_text(sorted(new))
                return [self.finding("partly-frozen-taken", wanted, got, story=part)]
        return []

    def _who_learns(self, turn: Evidence, expected: Expected, part: str | None) -> list[Finding]:
        model, names = expected.case.model, expected.case.names
        learn = set(turn["learn"]["value"])
        if learn == expected.learn:
            return []
        if lost := expected.before - learn:
            story = names_text(sorted(lost))
            return [self.finding("others-frozen", "they go on learning", "frozen", story=story)]
        new, next_ones = learn - expected.before, within(model, [part] if part else [])
        frozen = [name for name in names if not within(model, [name]) & expected.before]
        code, story = "wrong-part", names_text(sorted(new ^ next_ones))
        if not new and next_ones & set(turn["held"]["value"]):
            code, story = "joined-but-frozen", str(part)
        elif not new:
            code, story = "nothing-happens", str(part)
        elif new < next_ones:
            code, story = "part-incomplete", names_text(sorted(next_ones - new))
        elif new == within(model, frozen):
            code, story = "all-at-once", names_text(frozen)
        elif learn == {name for name, _ in model.named_parameters()}:
            code = "everything"
        elif frozen and new == within(model, frozen[:1]):
            code, story = "first-not-last", frozen[0]
        return [self.finding(code, f"{part} learns as well", names_text(sorted(new)), story=story)]

    def _moves(
        self, ways: list[np.ndarray], expected: Expected, part: str | None, lr: float
    ) -> list[Finding]:
        got = expected.by_name(ways)
        right = expected.step()
        wrong = [name for name in right if not _close(got[name], right[name])]
        strangers = [name for name in got if name not in right and got[name].any()]
        next_ones = within(expected.case.model, [part] if part else [])
        if strangers:
            code, story = "old-parts-move-otherwise", names_text(strangers)
            return [self.finding(code, "they stay", "they move", story=story)]
        if old := [name for name in wrong if name not in next_ones]:
            return [self._old_moves(got, right, old, expected)]
        still = [name for name in wrong if not got[name].any()]
        if still:
            whole = len(still) == len(next_ones)
            code, story = ("not-joined", str(part)) if whole else ("part-joins-in-part", "")
            story = story or names_text(still)
            return [self.finding(code, "all of them move", "they stay", story=story)]
        return [self._new_rate(got, right, wrong, expected, lr)] if wrong else []

    def _old_moves(self, got: Ways, right: Ways, old: list[str], expected: Expected) -> Finding:
        parts = expected.case.names
        story = " and ".join(p for p in parts if any(name.startswith(p + ".") for name in old))
        if all(not got[name].any() for name in old):
            return self.finding("old-parts-dropped", "they move", "they stay", story=story)
        shares = [_share(got[name], expected.gradients[name]) for name in old]
        if all(share is not None for share in shares):  # along the new gradient alone: no memory
            return self.finding("state-lost", "momentum goes on", "momentum begins anew")
        scales = [_share(got[name], right[name]) for name in old]
        if all(scale is not None for scale in scales):
            rates = [expected.rates[name] for name in old]
            wanted, now = number_text(rates[0]), number_text(-(scales[0] or 0) * rates[0])
            return self.finding("old-rates-changed", wanted, now, story=story)
        code = "old-parts-move-otherwise"
        return self.finding(code, "steps as before", "other steps", story=story)

    def _new_rate(
        self, got: Ways, right: Ways, wrong: list[str], expected: Expected, lr: float
    ) -> Finding:
        share = _share(got[wrong[0]], expected.gradients[wrong[0]]) or 0.0
        if abs(share - lr) < 1e-6 * lr:
            return self.finding("without-momentum", "momentum 0.9, Nesterov", "none")
        rate = share / (1 + MOMENTUM)
        for name, old in expected.rates.items():
            if name not in wrong and abs(rate - old) < 1e-6 * old:
                part = next(p for p in expected.case.names if name.startswith(p + "."))
                return self.finding("old-rate", number_text(lr), number_text(old), story=part)
        return self.finding("wrong-rate", number_text(lr), number_text(rate))

    def _name(self, turn: Evidence, part: str | None) -> list[Finding]:
        value = returned(turn["call"])
        if part is None:
            end = [self.finding("not-none-at-the-end", "None", value.describe())]
            return [] if value.kind == "none" else end
        if value.kind == "none":
            return [self.finding("name-not-returned", part, "None")]
        return [] if value.text == part else [self.finding("wrong-name", part, value.describe())]


def _close(some: np.ndarray, others: np.ndarray) -> bool:
    return bool(np.allclose(some, others, rtol=1e-6, atol=1e-12))


def _share(way: np.ndarray, direction: np.ndarray) -> float | None:
    """Minus the one factor between two ways; None if there is no such factor."""
    shares = way / direction
    return float(-shares[0]) if _close(shares, np.full_like(shares, shares[0])) else None


def _changes(before: Evidence, turn: Evidence, code: str) -> str:
    """What a call has changed that should change nothing, apart from what `code` says already."""
    if turn["learn"] != before["learn"] and code not in ABOUT_PARTS:
        return "which parameters learn"
    if turn["written"].get("value") and code != "weights-changed":
        return "weights"
    old, new = (np.asarray(each["rates"]["value"]) for each in (before, turn))
    if old.shape != new.shape:
        return ""
    changed = (old != new) & (old >= 0) & (new >= 0)  # what joins late is no change of a rate
    return "the rates of the parts" if changed.any() and code not in ABOUT_RATES else ""
