"""Exercise unfreeze.set_trainable: exactly the named parts learn."""

from collections.abc import Sequence
from typing import ClassVar

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.networks import names_text
from helpers.checks.reading import (
    Seen,
    call_findings,
    nearest,
    number_text,
    returned,
    value_findings,
)
from helpers.checks.several import first_of, one_of_each
from helpers.checks.unfreeze.set_trainable_probe import Case, cases, counts_of, mistaken, observed

#: Findings about answers that look at every name, and do something with each.
OTHER_PARTS = {
    "others-not-frozen", "named-not-unfrozen", "head-always-trainable", "head-forgotten",
    "batchnorm-forgotten", "biases-forgotten",
}  # fmt: skip


class SetTrainable(Exercise):
    """set_trainable(model, names) -> int: how many numbers can be trained afterwards."""

    id = "unfreeze.set_trainable"
    parameters = ("model", "names")
    own_versions = ("helpers.training.unfreeze",)
    checked = (
        "one training step moves the named parts and nothing else, dotted names too; an unknown "
        "name is an error that changes nothing; the numbers are counted"
    )
    mistakes: ClassVar = {
        "attribute-typo": Mistake(
            "Your function sets an attribute {story} that PyTorch does not know. Python creates it "
            "without a word, and nothing is frozen.",
            "the spelling of the attribute, letter by letter",
        ),
        "set-on-module": Mistake(
            "Your function sets {story} on a module. PyTorch looks at the parameters alone, so "
            "that changes nothing.",
            "what a module is, what a parameter is, and how to get from one to the other",
        ),
        "nothing-changed": Mistake(
            "After your function the same parameters learn as before.",
            "whether your loop ever reaches a parameter: print inside it",
        ),
        "nothing-trainable": Mistake(
            "After your function nothing can be trained at all: every parameter is frozen.",
            "the names you compare with each other: print a few of both",
        ),
        "everything-trainable": Mistake(
            "After your function everything can be trained; nothing is frozen.",
            "what happens to the parts that are not in names",
        ),
        "others-not-frozen": Mistake(
            "The named parts can be trained, but what was trainable before still is: {story}. "
            "Exactly the named parts should be.",
            "what has to happen to all the others",
        ),
        "named-not-unfrozen": Mistake(
            "Parts that were frozen before stay frozen although they are named: {story}.",
            "whether your function ever switches a parameter on",
        ),
        "inverted": Mistake(
            "It is the wrong way round: the named parts are frozen, all others can be trained.",
            "True and False, and the condition they depend on",
        ),
        "prefix-match": Mistake(
            "A name also hits parts whose names only begin with it: {story} can be trained too.",
            "layer1 and layer10: what does comparing the beginning say?",
        ),
        "substring-match": Mistake(
            "A name also hits parts that only contain it somewhere: {story} can be trained too.",
            "what the word in does between two texts",
        ),
        "last-name-wins": Mistake(
            "Only the last of the names counts; each round of your loop undoes the one before.",
            "what is done once, and what is done for each name",
        ),
        "first-name-only": Mistake(
            "Only the first of the names counts; the others change nothing.",
            "how far the return line is indented",
        ),
        "inner-modules-forgotten": Mistake(
            "Only parameters that belong to a named part directly are trainable; those of the "
            "layers inside it are not: {story}.",
            "how to reach the parameters of everything inside a module",
        ),
        "head-always-trainable": Mistake(
            "The head can be trained although nobody named it. Exactly the named parts should be.",
            "a line that treats the last layer differently",
        ),
        "head-forgotten": Mistake(
            "The head is among the names but stays frozen: {story}.",
            "whether your function treats the last layer like every other part",
        ),
        "batchnorm-forgotten": Mistake(
            "BatchNorm layers inside the named parts stay frozen: {story}. They have parameters "
            "too, and they belong to the part.",
            "which parameters of a part your function leaves out",
        ),
        "biases-forgotten": Mistake(
            "The biases of the named parts stay frozen: {story}.",
            "which parameters of a part your function leaves out",
        ),
        "dotted-names-fail": Mistake(
            "A part inside another one is not found: {story}. Such a name leads through several "
            "modules, with dots between them.",
            "what named_children() gives for a DenseNet, and what finds a module by a dotted name",
        ),
        "refuses-empty-part": Mistake(
            "Your function stops at {story}. It is a part of the model, it only has no "
            "parameters.",
            "how you decide that a name is unknown",
        ),
        "unknown-name-ignored": Mistake(
            "There is no part called {story}, but your function says nothing. A typing error would "
            "leave a learner with a frozen model and no hint.",
            "the sentence about unknown names in the task",
        ),
        "changed-before-error": Mistake(
            "The unknown name is an error, as it should be, but the model has changed already: "
            "other parameters learn than before.",
            "the order of the two jobs: looking at the names, and changing the model",
        ),
        "wrong-parameters": Mistake(
            "After your function other parameters learn than those of the named parts.",
            "one name by hand: which parameters belong to it?",
        ),
        "weights-changed": Mistake(
            "Your function changes the weights themselves. They should only be allowed to learn, "
            "or not.",
            "what your function writes into a parameter",
        ),
        "counts-tensors": Mistake(
            "Your function counts parameter tensors. A single one of them can hold millions of "
            "numbers.",
            "how to ask a tensor how many numbers it holds",
        ),
        "counts-everything": Mistake(
            "Your function counts all numbers of the model, the frozen ones too.",
            "which parameters you add up",
        ),
        "counts-frozen": Mistake(
            "Your function counts the frozen numbers. The task asks for the trainable ones.",
            "which parameters you add up",
        ),
        "counts-before": Mistake(
            "Your function counts what could be trained before it changed anything.",
            "the moment at which you count",
        ),
        "counts-twice": Mistake(
            "Numbers are counted twice: {story}. Each should count once, however often its part is "
            "named.",
            "what you add up: the parameters of the names, or those of the model?",
        ),
        "counts-names": Mistake(
            "Your function returns how many names it was given, not how many numbers learn.",
            "the return line",
        ),
        "wrong-count": Mistake(
            "Your count of the numbers that can be trained afterwards is wrong.",
            "what you add up: print it for one small part",
        ),
        "model-broken": Mistake(
            "After your function the model can no longer be trained.",
            "what your function changes besides the switch of each parameter",
        ),
    }  # fmt: skip

    def inputs(self, seed: int) -> list[Case]:
        return cases(seed)

    def probe(self, answer: Answer, seed: int) -> Evidence:
        return {"runs": [
            observed(answer, case, rng(seed, f"trainable-step-{k}"))
            for k, case in enumerate(self.inputs(seed))
        ]}  # fmt: skip

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        runs = list(zip(evidence["runs"], self.inputs(seed), strict=True))
        known = [(run, case) for run, case in runs if case.kind != "unknown"]
        parts = first_of(self._parts(run, case) for run, case in known)
        if parts and (parts[0].code not in self.mistakes or parts[0].code == "model-broken"):
            return parts
        counts = self._counts(known)
        # Only an answer that does its work otherwise can be asked about a name it has to refuse.
        works = not parts or parts[0].code in OTHER_PARTS
        strangers = [(run, case) for run, case in runs if case.kind == "unknown"] if works else []
        unknown = first_of(self._unknown(run, case) for run, case in strangers)
        return one_of_each([*parts, *counts, *unknown])

    def _parts(self, run: Evidence, case: Case) -> list[Finding]:
        basic = call_findings(self, run["call"])
        if basic and basic[0].code == "raised" and case.kind in ("dotted", "empty"):
            dotted = case.kind == "dotted"
            code = "dotted-names-fail" if dotted else "refuses-empty-part"
            names = [name for name in case.names if ("." in name if dotted else name == "avgpool")]
            return [self.finding(
                code, "no error", basic[0].got, basic[0].details, story=names[0]
            )]  # fmt: skip
        if basic and basic[0].code != "returned-none":
            return basic
        if "error" in run["learn"] or "error" in run["written"]:
            got = str(run["learn"].get("error") or run["written"].get("error"))
            return [self.finding("model-broken", "a model that can be trained", got)]
        learn = set(run["learn"]["value"])
        if learn != case.wanted:
            wrong = self._wrong_parts(run, learn, case)
            if basic and learn == case.before:  # nothing came of it; a wrong word may be why
                return [*basic, wrong] if run["typos"] or run["on_modules"] else basic
            return [wrong]
        if run["written"]["value"] is not False:
            return [self.finding("weights-changed", "the same weights as before", "other weights")]
        return []

    def _wrong_parts(self, run: Evidence, learn: set[str], case: Case) -> Finding:
        lacking = sorted(case.wanted - learn)
        extra = sorted(learn - case.wanted)
        told = (("frozen although named", lacking), ("learning although not named", extra))
        stories = [f"{what}: {names_text(some, 2)}" for what, some in told if some]
        expected = f"learning: {names_text(case.names)}, nothing else"
        if run["typos"]:
            story, got = names_text(run["typos"]), "; ".join(stories)
            return self.finding("attribute-typo", expected, got, story=story)
        if run["on_modules"]:
            story, got = names_text(run["on_modules"]), "; ".join(stories)
            return self.finding("set-on-module", expected, got, story=story)
        code = next((c for c, wrong in mistaken(case).items() if wrong == learn), None)
        story = "; ".join(stories)
        if code in ("others-not-frozen", "prefix-match", "substring-match"):
            story = names_text(extra, 2)
        elif code == "dotted-names-fail":
            story = next(name for name in case.names if "." in name)
        elif code is not None:
            story = names_text(lacking, 2)
        return self.finding(code or "wrong-parameters", expected, "; ".join(stories), story=story)

    def _counts(self, known: Sequence[tuple[Evidence, Case]]) -> list[Finding]:
        """What is wrong with the counts, whether or not the right parts learn.

        Where the right parts learn, a count can be judged by itself. Where they never do, it is
        wrong only if one and the same mistake explains it in every case, and nothing else does.
        """
        told = [(run, case, returned(run["call"])) for run, case in known
                if "returned" in run["call"] and "value" in run["learn"]]  # fmt: skip
        right = [each for each in told if set(each[0]["learn"]["value"]) == each[1].wanted]
        form = first_of(call_findings(self, run["call"]) or value_findings(value, "number")
                        for run, _, value in right or told)  # fmt: skip
        if form or not told:
            return form
        if right:
            return first_of(self._count(value, case) for _, case, value in right)
        explained = [
            {
                code
                for chosen in (case.wanted, set(run["learn"]["value"]))
                for code, count in counts_of(case, chosen).items()
                if abs(value.number - count) < 0.5
            }
            for run, case, value in told
        ]
        codes = set.intersection(*explained) - {"counts-twice"}  # one case alone would show that
        if len(codes) != 1 or "right" in codes:
            return []
        run, case, value = told[0]
        expected = str(sum(case.sizes.get(name, 0) for name in run["learn"]["value"]))
        story = names_text(case.names)
        return [self.finding(codes.pop(), expected, number_text(value.number), story=story)]

    def _count(self, value: Seen, case: Case) -> list[Finding]:
        counts = counts_of(case, case.wanted)
        if abs(value.number - counts["right"]) < 0.5:
            return []
        code = nearest(value.number, counts) or "wrong-count"
        expected, got = str(int(counts["right"])), number_text(value.number)
        return [self.finding(code, expected, got, story=names_text(case.names))]

    def _unknown(self, run: Evidence, case: Case) -> list[Finding]:
        stranger = names_text([repr(case.names[-1])])
        if "raised" not in run["call"]:
            got = "no error"
            return [self.finding("unknown-name-ignored", "an error", got, story=stranger)]
        if "error" in run["learn"]:
            got = str(run["learn"]["error"])
            return [self.finding("model-broken", "a model that can be trained", got)]
        learn = set(run["learn"]["value"])
        if learn == case.wanted and run["written"].get("value") is False:
            return []
        changed = sorted(learn ^ case.wanted)
        got = f"changed: {names_text(changed)}"
        return [self.finding("changed-before-error", "the model as it was", got)]
