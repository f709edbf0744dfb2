"""Exercise unfreeze.discriminative_groups: a rate for each part, smaller towards the input."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, draw_until, rng
from helpers.checks.networks import (
    attempt,
    densenet_like,
    freeze_all_but,
    inside,
    known_gradients,
    names_text,
    norm_parameters,
    parts_of,
    resnet_like,
    step_with,
    trainable,
    within,
)
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import call_findings, number_text, returned, value_findings

#: The rate of the optimizer itself: what a group gets that brings no rate of its own.
DEFAULT_RATE = 0.777
Rates = Sequence[float] | np.ndarray
#: Findings after which not every part has a rate that could be judged.
WITHOUT_RATES = {"no-parameters", "parts-missing", "inner-layers-missing", "batchnorm-missing"}


@dataclass(frozen=True)
class _Case:
    model: nn.Module
    names: tuple[str, ...]
    lr: float
    factor: float

    @property
    def rates(self) -> list[float]:
        """The right rate of each named part."""
        return [self.lr / self.factor**k for k in reversed(range(len(self.names)))]


class DiscriminativeGroups(Exercise):
    """discriminative_groups(model, names, lr, factor) -> parameter groups for an optimizer."""

    id = "unfreeze.discriminative_groups"
    parameters = ("model", "names", "lr", "factor")
    own_versions = (
        "helpers.training.discriminative_groups",
        "helpers.training.groups.falling_rates",
    )
    checked = (
        "an optimizer built from your groups moves every trainable parameter of the named parts "
        "at the rate of its part, and nothing else"
    )
    mistakes: ClassVar = {
        "not-groups": Mistake(
            "Your list does not hold parameter groups: {story}.",
            "what a parameter group looks like: a dict with two entries",
        ),
        "groups-fail": Mistake(
            "No optimizer can be built from your groups.",
            "the names of the two entries in each dict, and what they hold",
        ),
        "overlap": Mistake(
            "A parameter is in more than one group, or twice in one{story}.",
            "how you decide to which part a parameter belongs, and when that is decided",
        ),
        "frozen-inside": Mistake(
            "Frozen parameters are in the groups: {story}.",
            "the condition by which you choose parameters",
        ),
        "others-inside": Mistake(
            "Parameters are in the groups that belong to none of the named parts: {story}.",
            "which parts are asked for",
        ),
        "no-parameters": Mistake(
            "Your groups hold no parameter at all.",
            "whether your condition is ever true, and whether something walked through the "
            "parameters before: what filter(...) and (... for ...) give can be used only once",
        ),
        "parts-missing": Mistake(
            "Whole parts are missing: {story}.",
            "how often your loop runs, and how far the return line is indented",
        ),
        "biases-missing": Mistake(
            "The biases are missing: {story}.", "the condition by which you choose parameters"
        ),
        "batchnorm-missing": Mistake(
            "BatchNorm's parameters are missing: {story}.",
            "the condition by which you choose parameters",
        ),
        "inner-layers-missing": Mistake(
            "Parameters inside the layers of a part are missing: {story}.",
            "how to reach the parameters of everything inside a module",
        ),
        "parameters-missing": Mistake(
            "Parameters that can be trained are missing: {story}.",
            "the condition by which you choose parameters",
        ),
        "rate-missing": Mistake(
            "Not every group brings its own rate; {story} learns at whatever rate the optimizer "
            "has.",
            "the entry of the dict that an optimizer reads the rate from, and its exact name",
        ),
        "not-divided": Mistake(
            "All parts learn at the same rate.",
            "what factor is for: which parts should learn more slowly?",
        ),
        "reversed": Mistake(
            "It is the wrong way round: the part nearest to the input learns fastest.",
            "which end of names is the input, and which part gets lr itself",
        ),
        "multiplied": Mistake(
            "Earlier parts learn faster than later ones; the factor enlarges the rate.",
            "whether the rate should grow or shrink towards the input",
        ),
        "not-a-power": Mistake(
            "The rate should shrink by the same factor from each part to the one before it. Yours "
            "shrinks by another share each time.",
            "from the last part two steps back: how often was the rate divided?",
        ),
        "divided-once": Mistake(
            "All earlier parts have the same rate. Each should be slower than the one after it.",
            "what changes in your loop from one part to the next",
        ),
        "one-step-off": Mistake(
            "All rates are one step too small: the last part should learn at lr itself.",
            "how often the rate of the last part is divided",
        ),
        "hard-coded-factor": Mistake(
            "The rates shrink by 10, whatever the factor is.",
            "where the argument factor is used in your function",
        ),
        "hard-coded-rate": Mistake(
            "The rates shrink as they should, but they do not begin with lr.",
            "where the argument lr is used in your function",
        ),
        "factor-spread": Mistake(
            "The factor is spread over all parts together. Between one part and the next there "
            "should be a whole factor.",
            "the rate of the part before the last, by hand",
        ),
        "uneven-inside": Mistake(
            "Parameters of one and the same part learn at different rates: {story}.",
            "whether the rate changes once for each part, or once for each parameter",
        ),
        "wrong-rates": Mistake(
            "The rates are not those of the task.", "a list of three parts, by hand"
        ),
        "model-changed": Mistake(
            "Your function freezes or unfreezes parameters itself: {story}. It should take the "
            "model as it is.",
            "every line that sets requires_grad",
        ),
    }

    def inputs(self, seed: int) -> list[_Case]:
        return [
            draw_until(seed, f"groups-{k}", draw, _telling)
            for k, draw in enumerate((_resnet, _densenet))
        ]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for k, case in enumerate(self.inputs(seed)):
            known = known_gradients(case.model, rng(seed, f"groups-gradients-{k}"))
            call, groups = call_and_keep(answer, case.model, list(case.names), case.lr, case.factor)
            runs.append({
                "call": call,
                "trainable": attempt(lambda model: sorted(trainable(model)), case.model),
                "dicts": _all_dicts(groups),
                "use": attempt(_use, case.model, groups, known),
            })  # fmt: skip
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        for k, (run, case) in enumerate(zip(evidence["runs"], self.inputs(seed), strict=True)):
            known = known_gradients(case.model, rng(seed, f"groups-gradients-{k}"))
            findings = call_findings(self, run["call"]) or self._form(run, case)
            if not findings:
                rates = _rates(run["use"]["value"]["ways"], known)
                findings = self._who(rates, case)
                if not {finding.code for finding in findings} & WITHOUT_RATES:
                    findings += self._rates(rates, case)
            if findings:
                return findings
        return []

    def _form(self, run: Evidence, case: _Case) -> list[Finding]:
        value = returned(run["call"])
        if findings := value_findings(value, "list"):
            return findings
        if run["dicts"] is not True:
            item = next((i for i in value.items if i.kind != "mapping"), value)
            wanted = "dicts with the entries params and lr"
            return [self.finding("not-groups", wanted, item.describe(), story=item.brief())]
        if set(run["trainable"]["value"]) != trainable(case.model):
            changed = sorted(set(run["trainable"]["value"]) ^ trainable(case.model))
            story = names_text(changed)
            return [self.finding("model-changed", "as it was", "changed", story=story)]
        if "error" in run["use"]:
            error = str(run["use"]["error"])
            if "more than one parameter group" in error:
                return [self.finding("overlap", "each parameter once", error, story="")]
            if "empty parameter list" in error:
                return [self.finding("no-parameters", names_text(case.names), "no group")]
            return [self.finding("groups-fail", "torch.optim.SGD(groups, lr=...)", error)]
        if twice := run["use"]["value"]["twice"]:
            story = names_text(map(str, twice))
            return [self.finding("overlap", "each parameter once", story, story=f": {story}")]
        return []

    def _who(self, rates: dict[str, float], case: _Case) -> list[Finding]:
        movers = {name for name, rate in rates.items() if rate != 0}
        named, learn = within(case.model, case.names), trainable(case.model)
        wanted = named & learn
        if not movers:
            return [self.finding("no-parameters", names_text(case.names), "nothing")]
        for code, extra in (("frozen-inside", movers - learn), ("others-inside", movers - named)):
            if extra:
                count, got = f"{len(wanted)} parameters", f"{len(extra)} too many"
                return [self.finding(code, count, got, story=names_text(sorted(extra)))]
        lacking = wanted - movers
        count, got = f"{len(wanted)} parameters", f"{len(wanted) - len(lacking)} of them"
        if not lacking:
            return []
        inner = {name for name in wanted if name.rpartition(".")[0] not in case.names}
        if lacking == inner:
            story = names_text(sorted(lacking))
            return [self.finding("inner-layers-missing", count, got, story=story)]
        gone = [part for part in case.names if not within(case.model, [part]) & movers]
        if gone and lacking == within(case.model, gone) & learn:
            got = names_text([part for part in case.names if part not in gone])
            story = names_text(gone)
            return [self.finding("parts-missing", names_text(case.names), got, story=story)]
        code = "parameters-missing"
        for likely, left_out in (
            ("biases-missing", {name for name in wanted if name.endswith("bias")}),
            ("batchnorm-missing", wanted & norm_parameters(case.model)),
        ):
            if lacking == left_out:
                code = likely
                break
        return [self.finding(code, count, got, story=names_text(sorted(lacking)))]

    def _rates(self, rates: dict[str, float], case: _Case) -> list[Finding]:
        got = []
        wanted = _rates_text(case.names, case.rates)
        for part in case.names:
            here = [rate for name, rate in rates.items() if rate != 0 and inside(name, [part])]
            if _equal([min(here)], [DEFAULT_RATE]) or _equal([max(here)], [DEFAULT_RATE]):
                got_text = f"no rate for {part}"
                return [self.finding("rate-missing", wanted, got_text, story=part)]
            if not _equal([min(here)], [max(here)]):
                got_text = f"{number_text(min(here))} to {number_text(max(here))}"
                return [self.finding("uneven-inside", "one rate", got_text, story=part)]
            got.append(here[0])
        if _equal(got, case.rates):
            return []
        code = next((c for c, wrong in _mistaken(case) if _equal(got, wrong)), "wrong-rates")
        if code == "wrong-rates" and _equal(
            np.array(got) / got[-1], np.array(case.rates) / case.lr
        ):
            code = "hard-coded-rate"
        return [self.finding(code, wanted, _rates_text(case.names, got))]


def _mistaken(case: _Case) -> list[tuple[str, Rates]]:
    """The rates that misconceptions give."""
    lr, factor, n = case.lr, case.factor, len(case.names)
    back = np.arange(n)[::-1]  # 0 for the last part, 1 for the one before, ...
    return [
        ("not-divided", np.full(n, lr)),
        ("not-divided", np.full(n, lr / factor)),
        ("reversed", np.array(case.rates[::-1])),
        ("multiplied", lr * factor**back),
        ("multiplied", lr * factor ** back[::-1]),
        ("divided-once", np.where(back == 0, lr, lr / factor)),
        ("one-step-off", lr / factor ** (back + 1)),
        ("hard-coded-factor", lr / 10.0**back),
        ("factor-spread", np.geomspace(lr / factor, lr, n)),
        *(("not-a-power", wrong) for wrong in (
            np.where(back == 0, lr, lr / (factor * np.maximum(back, 1))),
            lr / (factor * (back + 1)),
            lr / (1 + factor * back),
            lr / (back + 1),
            lr / (back + factor),
            lr * (1 - back / factor),
            lr - back * factor,
            lr - back * lr / factor,
            np.linspace(lr / factor, lr, n),
            np.linspace(lr / factor**(n - 1), lr, n),
            lr / factor ** (back**2),
            lr / factor ** (2.0**back - 1),
            lr / factor ** (back * (back + 1) / 2),
            lr / np.maximum(back, 1) ** factor,
            lr / (back + 1) ** factor,
        )),
    ]  # fmt: skip


def _equal(some: Rates, others: Rates) -> bool:
    return bool(np.allclose(some, others, rtol=1e-5, atol=0))


def _rates_text(names: Sequence[str], rates: Sequence[float]) -> str:
    pairs = zip(names, rates, strict=True)
    return ", ".join(f"{name} {number_text(rate)}" for name, rate in pairs)


def _rates(ways: Any, known: dict[str, np.ndarray]) -> dict[str, float]:
    """The rate at which each parameter moved; 0 for one that did not."""
    found = {}
    for way, (name, gradient) in zip(ways, known.items(), strict=True):
        shares = -np.asarray(way, dtype=np.float64).reshape(gradient.size) / gradient.ravel()
        found[name] = float(np.median(shares))
    return found


def _use(model: nn.Module, groups: Any, known: dict[str, np.ndarray]) -> Evidence:
    """One step from zero of an optimizer built from the groups; every parameter has a gradient."""
    optimizer = torch.optim.SGD(groups, lr=DEFAULT_RATE)
    for group in optimizer.param_groups:  # a group may bring settings of its own
        group.update(momentum=0, nesterov=False, dampening=0, weight_decay=0)
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    twice = [name for name, p in model.named_parameters() if held.count(id(p)) > 1]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()  # so that the smallest rate shows
    return {"twice": twice, "ways": step_with(model, optimizer.step, known, stale=True)}


def _all_dicts(groups: object) -> bool:
    return isinstance(groups, list | tuple) and all(isinstance(group, dict) for group in groups)


def _telling(case: _Case) -> bool:
    """Each part has something frozen and something to train; so have the other parts."""
    learn, norms = trainable(case.model), norm_parameters(case.model)
    parts = [within(case.model, [part]) for part in case.names]
    named = set.union(*parts)
    return (
        all(part & learn for part in parts)
        and len(named - learn) > 1
        and len(learn - named) > 1
        and bool(named & learn & norms)
    )


def _resnet(generator: np.random.Generator) -> _Case:
    """The first convolution, layer1, a later stage, layer10 and the head."""
    model = resnet_like(generator)
    names = ("conv1", "layer1", f"layer{int(generator.integers(2, 10))}", "layer10", "fc")
    return _case(model, names, generator)


def _densenet(generator: np.random.Generator) -> _Case:
    """Parts of the features and the classifier."""
    model = densenet_like(generator)
    block = int(generator.integers(2, 4))
    names = (f"features.denseblock{block - 1}", f"features.denseblock{block}", "features.norm5")
    return _case(model, (*names, "classifier"), generator)


def _case(model: nn.Module, names: tuple[str, ...], generator: np.random.Generator) -> _Case:
    frozen = {part for part in parts_of(model, 4) if part not in names and generator.random() < 0.3}
    every = {name for name, _ in model.named_parameters()}
    freeze_all_but(model, every - within(model, frozen))
    # Never a whole number: lr - step * lr / factor would be 0, as if that part were missing.
    factor = int(generator.integers(2, 9)) + int(generator.integers(2, 9)) / 10
    lr = round(float(generator.uniform(0.01, 0.2)), 3)
    return _Case(model, names, lr, factor)
