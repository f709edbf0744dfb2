"""Exercise decay.decay_groups: weights decay, biases and norms do not."""

from typing import Any, ClassVar

import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.decay.nets import (
    decaying,
    many_norms,
    names_by_id,
    norm_names,
    plain_net,
    scaled_net,
    tied_and_frozen,
)
from helpers.checks.networks import attempt, names_text, trainable
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, number_text, returned, value_findings
from helpers.checks.several import one_of_each

#: The decay of the optimizer itself: what a group gets that brings none of its own.
DEFAULT = 0.777
NETS = (plain_net, many_norms, tied_and_frozen, scaled_net)
Case = tuple[nn.Module, float]


class DecayGroups(Exercise):
    """decay_groups(model, weight_decay) -> parameter groups for an optimizer."""

    id = "decay.decay_groups"
    parameters = ("model", "weight_decay")
    own_versions = ("helpers.training.decay_groups",)
    checked = (
        "in four networks with norms of many kinds, shared and frozen parameters and some that "
        "belong to no layer, every trainable parameter is there once, and weights alone decay"
    )
    mistakes: ClassVar = {
        "not-groups": Mistake(
            "Your function does not give a list of parameter groups: {story}.",
            "what a group looks like: a dict with the entries params and weight_decay",
        ),
        "groups-fail": Mistake(
            "No optimizer can be built from your groups.",
            "the names of the two entries in each dict, and what they hold",
        ),
        "twice": Mistake(
            "A parameter is in the groups more than once{story}.",
            "how you walk over the parameters: a module's parameters contain those of the modules "
            "inside it, and two modules can share one",
        ),
        "frozen-inside": Mistake(
            "Frozen parameters are in the groups: {story}.",
            "the condition by which you choose parameters",
        ),
        "strangers": Mistake(
            "There are tensors in your groups that are not the model's parameters.",
            "where the entries of params come from: no copies",
        ),
        "no-parameters": Mistake(
            "Your groups hold no parameter at all.",
            "whether your condition is ever true, and whether something walked through the "
            "parameters before: what filter(...) and (... for ...) give can be used only once",
        ),
        "spared-left-out": Mistake(
            "Biases and norms are missing altogether: {story}. They should learn, only not decay.",
            "the second group",
        ),
        "weights-left-out": Mistake(
            "The weights are missing altogether: {story}.", "the group that decays"
        ),
        "parameters-missing": Mistake(
            "Parameters that can be trained are missing: {story}.",
            "the condition by which you choose parameters",
        ),
        "left-to-the-optimizer": Mistake(
            "One of your groups does not say its weight_decay. Its parameters get whatever the "
            "optimizer has, which is 0.01 in AdamW: {story}.",
            "the entry weight_decay in every dict, also where it is zero",
        ),
        "swapped": Mistake(
            "It is the wrong way round: biases and norms decay, and weights do not.",
            "which group gets which decay",
        ),
        "everything-decays": Mistake(
            "Everything decays, biases and norms too.", "the decay of the second group"
        ),
        "nothing-decays": Mistake("Nothing decays.", "the decay of the first group"),
        "norms-decay": Mistake(
            "Biases are spared, but the norms decay: {story}.",
            "how you tell what belongs to a norm: its weight is not called bias",
        ),
        "biases-decay": Mistake(
            "Norms are spared, but the biases of other layers decay: {story}.",
            "a bias has one dimension, whatever layer it is in",
        ),
        "norm-kind-forgotten": Mistake(
            "Some norms decay: {story}. They are of a kind, have a name, or lie in a place that "
            "your function does not know.",
            "whether you go by names or by classes, which ones, and how deep: there are many norms",
        ),
        "weights-spared": Mistake(
            "Weights do not decay: {story}. They belong to no norm and are no bias.",
            "whether you go by names: a name may contain bias or norm and mean nothing by it",
        ),
        "spared-decays": Mistake(
            "Parameters decay that should not: {story}.",
            "the condition by which you tell the two groups apart",
        ),
        "wrong-decay": Mistake(
            "The weights decay, but not by weight_decay.",
            "where the argument weight_decay is used in your function",
        ),
        "model-changed": Mistake(
            "Your function freezes or unfreezes parameters itself: {story}.",
            "every line that sets requires_grad",
        ),
    }

    def inputs(self, seed: int) -> list[Case]:
        draw = rng(seed, self.id)
        return [(net(draw), round(float(draw.uniform(0.02, 0.3)), 4)) for net in NETS]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for model, decay in self.inputs(seed):
            call, groups = call_and_keep(answer, model, decay)
            runs.append({
                "call": call,
                "trainable": attempt(lambda net: sorted(trainable(net)), model),
                "dicts": _all_dicts(groups),
                "use": attempt(_use, model, groups),
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        who: list[Finding] = []
        decays: list[Finding] = []
        changed: list[Finding] = []
        for run, (model, decay) in zip(evidence["runs"], self.inputs(seed), strict=True):
            if findings := call_findings(self, run["call"]) or self._form(run):
                return one_of_each([*who, *decays, *changed]) or findings
            groups = run["use"]["value"]["groups"]
            changes, held = self._changed(run, model), self._who(groups, model)
            changed += changes
            if not changes:  # else what was frozen is inside because it is so no more
                who += held
            if not decays and (not held or held[0].code == "frozen-inside"):
                decays = self._decays(groups, model, decay)
        return one_of_each([*who[:1], *decays, *changed])

    def _form(self, run: Evidence) -> list[Finding]:
        value = returned(run["call"])
        if findings := value_findings(value, "list"):
            return findings
        if run["dicts"] is not True:
            item = next((i for i in value.items if i.kind != "mapping"), value)
            return [self.finding("not-groups", "dicts", item.describe(), story=item.brief())]
        if "error" in run["use"]:
            error = str(run["use"]["error"])
            if "more than one parameter group" in error:
                return [self.finding("twice", "each parameter once", error, story="")]
            if "empty parameter list" in error:
                return [self.finding("no-parameters", "all that can be trained", "no group")]
            return [self.finding("groups-fail", "torch.optim.AdamW(groups)", error)]
        if run["use"]["value"]["strangers"]:
            wanted, got = "the model's own parameters", "other tensors"
            return [self.finding("strangers", wanted, got)]
        return []

    def _changed(self, run: Evidence, model: nn.Module) -> list[Finding]:
        told = trainable(model)
        changed = sorted(set(run["trainable"]["value"]) ^ told)
        if not changed:
            return []
        story = names_text(changed)
        return [self.finding("model-changed", "as before", f"changed: {story}", story=story)]

    def _who(self, groups: list[Evidence], model: nn.Module) -> list[Finding]:
        held = [str(name) for group in groups for name in group["names"]]
        if not held:
            return [self.finding("no-parameters", "all that can be trained", "none")]
        learn = trainable(model)
        if twice := sorted({name for name in held if held.count(name) > 1}):
            story = names_text(twice)
            return [self.finding("twice", "each parameter once", story, story=f": {story}")]
        if frozen := sorted(set(held) - learn):
            wanted, got = f"{len(learn)} parameters", f"{len(frozen)} too many"
            return [self.finding("frozen-inside", wanted, got, story=names_text(frozen))]
        lacking = learn - set(held)
        if not lacking:
            return []
        code = "parameters-missing"
        if lacking == learn - decaying(model):
            code = "spared-left-out"
        elif lacking == decaying(model):
            code = "weights-left-out"
        wanted, got = f"{len(learn)} parameters", f"{len(learn) - len(lacking)} of them"
        return [self.finding(code, wanted, got, story=names_text(sorted(lacking)))]

    def _decays(self, groups: list[Evidence], model: nn.Module, decay: float) -> list[Finding]:
        for group in groups:
            if group["names"] and group["says"] is not True:
                code, story = "left-to-the-optimizer", names_text(group["names"])
                wanted, shown = "weight_decay in every dict", "missing in one"
                return [self.finding(code, wanted, shown, story=story)]
        learn = trainable(model)
        got = {
            str(name): float(group["decay"])
            for group in groups
            for name in group["names"]
            if name in learn
        }
        right = decaying(model)
        decays = {name for name, value in got.items() if value != 0}
        spared = set(got) - right
        told = f"{number_text(decay)} for {names_text(sorted(right), 2)}; 0 for all others"
        if decays == right:
            wrong = [got[name] for name in right if abs(got[name] - decay) > 1e-9 + 1e-6 * decay]
            return [self.finding("wrong-decay", told, number_text(wrong[0]))] if wrong else []
        shown = f"decay for {names_text(sorted(decays), 2)}" if decays else "0 for all"
        for code, named in (
            ("nothing-decays", set()),
            ("swapped", spared),
            ("everything-decays", set(got)),
        ):
            if decays == named:
                return [self.finding(code, told, shown)]
        found = []
        if lost := sorted(right - decays):
            found.append(self.finding("weights-spared", told, shown, story=names_text(lost)))
        if extra := decays - right:
            code = _why(extra, spared, norm_names(model))
            found.append(self.finding(code, told, shown, story=names_text(sorted(extra))))
        return found


def _why(extra: set[str], spared: set[str], in_norms: set[str]) -> str:
    """Why these decay that should not."""
    norms = in_norms & spared
    if extra in (norms, {name for name in norms if not name.endswith("bias")}):
        return "norms-decay"
    if extra <= norms:
        return "norm-kind-forgotten"
    if extra == {name for name in spared - norms if name.endswith("bias")}:
        return "biases-decay"
    return "spared-decays"


def _all_dicts(groups: Any) -> bool:
    if not isinstance(groups, list | tuple):
        return False
    return all(isinstance(group, dict) for group in groups)


def _use(model: nn.Module, groups: Any) -> Evidence:
    """What an optimizer built from the groups holds."""
    says = ["weight_decay" in group for group in groups]  # an optimizer adds what is missing
    optimizer = torch.optim.AdamW(groups, lr=1e-3, weight_decay=DEFAULT)
    known = names_by_id(model)
    found: Evidence = {"groups": [], "strangers": False}
    for group, said in zip(optimizer.param_groups, says, strict=True):
        names = [known.get(id(p)) for p in group["params"]]
        found["strangers"] = found["strangers"] or None in names
        found["groups"].append({
            "names": [name for name in names if name is not None],
            "says": said,
            "decay": float(group["weight_decay"]),
        })  # fmt: skip
    return found
