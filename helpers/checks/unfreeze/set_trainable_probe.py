"""The models of unfreeze.set_trainable, what is seen of an answer, and what mistakes would give."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from torch import nn

from helpers.checks.core import Answer, Evidence, draw_until, rng
from helpers.checks.networks import (
    attempt,
    densenet_like,
    freeze_all_but,
    inside,
    moved,
    moved_by_training,
    norm_parameters,
    parts_of,
    resnet_like,
    values_of,
)
from helpers.checks.observe import observe_call
from helpers.checks.reading import apart

MAX_STRANGE = 8
#: Mistakes that make no difference in a case of this kind, or the same as another one.
HARMLESS = {
    "plain": {"dotted-names-fail", "head-forgotten"},
    "dotted": {
        "prefix-match", "substring-match", "head-always-trainable", "last-name-wins",
        "first-name-only",
    },
    "empty": {"prefix-match", "substring-match", "head-always-trainable"},
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A model of which some parts are frozen already, and the names of those to train.

    kind: "plain" names of children; "dotted" names; one part without parameters ("empty");
    or one name that does not exist ("unknown").
    sizes: how many numbers each parameter has; norms: the parameters of BatchNorm layers;
    before: those that can be trained in the beginning.
    """

    kind: str
    model: nn.Module
    names: tuple[str, ...]
    sizes: Mapping[str, int]
    norms: frozenset[str]
    before: frozenset[str] = frozenset()

    def within(self, parts: Sequence[str]) -> set[str]:
        """The parameters of these parts."""
        return {name for name in self.sizes if inside(name, parts)}

    @property
    def wanted(self) -> set[str]:
        """The parameters that should be trainable afterwards."""
        return set(self.before) if self.kind == "unknown" else self.within(self.names)


def cases(seed: int) -> list[Case]:
    """Four models whose parts are all there, and two that are asked for a part they lack."""
    drawn = {
        kind: draw(rng(seed, f"trainable-{kind}"))
        for kind, draw in (
            ("plain", _plain), ("dotted", _dotted), ("empty", _empty),
            ("overlap", _overlap),
            ("typo", _unknown_child), ("undotted", _unknown_dotted),
        )
    }  # fmt: skip
    return [_some_frozen(seed, f"frozen-{kind}", case) for kind, case in drawn.items()]


def observed(answer: Answer, case: Case, generator: np.random.Generator) -> Evidence:
    """One call, and what it did to the model: who moves in a training step, what was set where."""
    model, before = case.model, values_of(case.model)
    modules = {name: set(vars(module)) for name, module in model.named_modules()}
    call = observe_call(answer, model, list(case.names))
    return {
        "call": call,
        "written": attempt(lambda m, b: bool(moved(b, m)), model, before),
        "typos": _strange(p for p in model.parameters()),
        "on_modules": _on_modules(model, modules),
        "learn": attempt(moved_by_training, model, generator),
    }


def mistaken(case: Case) -> dict[str, set[str]]:
    """What would learn if ...; most telling first."""
    names, wanted, before = case.names, case.wanted, set(case.before)
    every, head = set(case.sizes), case.within(["fc", "classifier"])
    return {
        "nothing-trainable": set(),
        "nothing-changed": before,
        "everything-trainable": every,
        "others-not-frozen": before | wanted,
        "named-not-unfrozen": before & wanted,
        "inverted": every - wanted,
        "prefix-match": {p for p in every if p.startswith(names)},
        "substring-match": {p for p in every if any(name in p for name in names)},
        "dotted-names-fail": case.within([name for name in names if "." not in name]),
        "last-name-wins": case.within(names[-1:]),
        "first-name-only": case.within(names[:1]),
        "inner-modules-forgotten": {p for p in every if p.rpartition(".")[0] in names},
        "head-always-trainable": wanted | head,
        "head-forgotten": wanted - head,
        "batchnorm-forgotten": wanted - case.norms,
        "biases-forgotten": {p for p in wanted if not p.endswith("bias")},
    }


def counts_of(case: Case, learning: Collection[str]) -> dict[str, float]:
    """The right count of what is learning, and what mistakes count instead."""
    total = sum(case.sizes.values())
    right = sum(case.sizes.get(name, 0) for name in learning)
    return {
        "right": right,
        "counts-tensors": len(learning),
        "counts-everything": total,
        "counts-frozen": total - right,
        "counts-before": sum(case.sizes[name] for name in case.before),
        "counts-names": len(case.names),
        "counts-twice": sum(case.sizes[p] for name in case.names for p in case.within([name])),
    }


def _some_frozen(seed: int, purpose: str, case: Case) -> Case:
    """Freeze some of the parts two levels down; some of those named, some of the others."""
    parts = [frozenset(case.within([part])) for part in parts_of(case.model, 2)]

    def draw(generator: np.random.Generator) -> Case:
        learn = [part for part in parts if generator.random() < 0.5]
        return replace(case, before=frozenset().union(*learn))

    chosen = draw_until(seed, purpose, draw, _telling)
    freeze_all_but(case.model, chosen.before)
    return chosen


def _telling(case: Case) -> bool:
    """Every misconception makes something else trainable, and counts something else."""
    if case.kind == "unknown":
        return 0 < len(case.before & case.within(case.names)) < len(case.before)
    if case.kind == "overlap":  # only what is counted twice is new
        return case.before != case.wanted
    wrong = {c: w for c, w in mistaken(case).items() if c not in HARMLESS[case.kind]}
    if case.kind == "empty":  # names were looked at before; here it only has to be wrong
        return case.wanted not in wrong.values()
    different = [case.wanted, *wrong.values()]
    unequal = all(a != b for k, a in enumerate(different) for b in different[:k])
    counts = {
        code: count
        for code, count in counts_of(case, case.wanted).items()
        if code != "counts-twice"
    }
    return unequal and apart(counts, 1)


def _case(kind: str, model: nn.Module, names: Sequence[object]) -> Case:
    sizes = {name: p.numel() for name, p in model.named_parameters()}
    texts = tuple(str(name) for name in names)
    return Case(kind, model, texts, sizes, frozenset(norm_parameters(model)))


def _plain(generator: np.random.Generator) -> Case:
    """Children of a ResNet: the stem, layer1 beside a layer10, one more stage, not the head."""
    one, other = generator.permutation(["layer1", f"layer{int(generator.integers(2, 10))}"])
    return _case("plain", resnet_like(generator), [one, "conv1", other])


def _dotted(generator: np.random.Generator) -> Case:
    """Parts of a DenseNet, and its head."""
    names = ["classifier", f"features.denseblock{int(generator.integers(1, 4))}", "features.norm5"]
    return _case("dotted", densenet_like(generator), list(generator.permutation(names)))


def _empty(generator: np.random.Generator) -> Case:
    """A block inside a stage, a part that has no parameters, the head."""
    names = [f"layer{int(generator.integers(2, 10))}.0", "avgpool", "fc"]
    return _case("empty", resnet_like(generator), names)


def _overlap(generator: np.random.Generator) -> Case:
    """A stage, a block inside it, the head twice."""
    stage = f"layer{int(generator.integers(2, 10))}"
    return _case("overlap", resnet_like(generator), [stage, "fc", f"{stage}.0", "fc"])


def _unknown_child(generator: np.random.Generator) -> Case:
    """A name that this model does not have, though others might."""
    stranger = generator.choice(["classifier", "layer0", "layer", "head", "Layer4"])
    names = [f"layer{int(generator.integers(2, 10))}", "fc", stranger]
    return _case("unknown", resnet_like(generator), names)


def _unknown_dotted(generator: np.random.Generator) -> Case:
    """The name of a stage without the way that leads to it."""
    names = ["classifier", "features.norm5", f"denseblock{int(generator.integers(1, 4))}"]
    return _case("unknown", densenet_like(generator), names)


def _strange(objects: Iterable[object]) -> list[str]:
    """The names of attributes that somebody has put on tensors; they have none of their own."""
    names = {str(name)[:60] for item in objects for name in vars(item)}
    return [name.encode("utf-8", "replace").decode() for name in sorted(names)][:MAX_STRANGE]


def _on_modules(model: nn.Module, before: dict[str, set[str]]) -> list[str]:
    """Attributes about gradients that modules did not have before."""
    new = {
        str(key)[:60]
        for name, module in model.named_modules()
        for key in set(vars(module)) - before.get(name, set(vars(module)))
        if "grad" in str(key) or "train" in str(key) or "freeze" in str(key)
    }
    return [name.encode("utf-8", "replace").decode() for name in sorted(new)][:MAX_STRANGE]
