"""Exercise head.count_parameters: how many numbers of a module can be trained."""

from collections.abc import Callable
from typing import ClassVar

import numpy as np
import torch
from torch import nn

from helpers.checks.calling import number_findings, number_of
from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.networks import names_text, trainable
from helpers.checks.observe import observe_call
from helpers.checks.reading import call_findings, returned
from helpers.checks.several import one_of_each

#: Which parameters count: each of these is a choice of its own, and two may be wrong.
CHOICES = ("own-missing", "biases-missing", "buffers-counted", "frozen-counted", "shared-twice")


class _Scaled(nn.Module):
    """A module with a parameter of its own, one number, besides a layer."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.layer = nn.Linear(width, width)


class CountParameters(Exercise):
    """count_parameters(module) -> how many numbers can be trained, as a whole number."""

    id = "head.count_parameters"
    parameters = ("module",)
    checked = (
        "six modules: plain and nested layers, BatchNorm with its buffers, frozen parts, shared "
        "weights, nothing to train"
    )
    mistakes: ClassVar = {
        "tensors-counted": Mistake(
            "You count tensors. A weight of 4 × 3 holds 12 numbers.",
            "what is added for each parameter",
        ),
        "rows-counted": Mistake(
            "You count only one dimension of each parameter.",
            "what len and shape[0] say about a tensor with two dimensions",
        ),
        "biases-missing": Mistake(
            "The biases are missing from your count.",
            "the condition by which you choose parameters",
        ),
        "nested-missing": Mistake(
            "Parameters further inside the module are missing from your count.",
            "how to reach the parameters of everything inside a module",
        ),
        "counted-on-every-level": Mistake(
            "You count parameters again on every level: a module's parameters contain those of the "
            "modules inside it.",
            "whether you go over modules and over all of their parameters",
        ),
        "own-missing": Mistake(
            "Parameters that belong to a module itself, not to a layer, are missing.",
            "whether you ask for certain kinds of layers only",
        ),
        "bytes-counted": Mistake("You count bytes. A number takes four.", "what you multiply by"),
        "in-thousands": Mistake(
            "Your count is in thousands or millions.", "the last thing that is done to the count"
        ),
        "buffers-counted": Mistake(
            "You count buffers too. BatchNorm's running statistics are not trained.",
            "the difference between state_dict and parameters",
        ),
        "frozen-counted": Mistake(
            "You count the frozen parameters too.", "the condition by which you choose parameters"
        ),
        "only-frozen": Mistake(
            "You count the frozen parameters. The others are asked for.", "a not in your condition"
        ),
        "shared-twice": Mistake(
            "You count a parameter twice that two layers share. It is one tensor, trained once.",
            "how you walk over the parameters, and whether you notice one you have met",
        ),
        "wrong-count": Mistake(
            "This is not how many numbers can be trained.", "a linear layer from 3 to 2, by hand"
        ),
        "freezing-changed": Mistake(
            "Your function freezes or unfreezes parameters: {story}.",
            "every line that sets requires_grad",
        ),
    }

    def inputs(self, seed: int) -> list[nn.Module]:
        draw = rng(seed, self.id)
        a, b, c, d = (int(k) for k in draw.choice(np.arange(3, 12), 4, replace=False))
        linear = nn.Linear(a, b)
        nested = nn.Sequential(linear, nn.ReLU(), nn.Sequential(nn.Linear(b, c), nn.Linear(c, d)))
        scaled = nn.Sequential(_Scaled(a), nn.Embedding(b, a))
        norms = nn.Sequential(nn.Conv2d(3, c, 3), nn.BatchNorm2d(c), nn.Conv2d(c, d, 1))
        frozen = nn.Sequential(nn.Linear(a, c), nn.Linear(c, b), nn.Linear(b, d))
        frozen[0].requires_grad_(False)
        frozen[1].bias.requires_grad_(False)
        tied = nn.ModuleDict({"a": nn.Linear(a, a), "b": nn.Linear(a, a), "c": nn.Linear(a, b)})
        tied["b"].weight = tied["a"].weight
        still = nn.Sequential(nn.Linear(a, b), nn.BatchNorm1d(b)).requires_grad_(False)
        return [nn.Linear(b, d), nested, scaled, norms, frozen, tied, still]

    def probe(self, answer: Answer, seed: int) -> Evidence:
        runs = []
        for module in self.inputs(seed):
            call = observe_call(answer, module)
            runs.append({"call": call, "trainable": sorted(trainable(module))})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        found: list[Finding] = []
        for run, module in zip(evidence["runs"], self.inputs(seed), strict=True):
            value = returned(run["call"])
            if findings := call_findings(self, run["call"]) or number_findings(value):
                return one_of_each(found) or findings
            got, right = number_of(value), _right(module)
            code = "" if got == right else _why(module, float("nan") if got is None else got)
            if code in CHOICES or (code and not found):
                found.append(self.finding(code, f"{right} ({_told(module)})", value.describe()))
            if found and found[0].code not in CHOICES:
                return found  # another unit, or another walk: all later counts are others too
            changed = sorted(set(map(str, run["trainable"])) ^ trainable(module))
            if changed and not found:
                story = names_text(changed)
                return [
                    self.finding("freezing-changed", "as before", f"changed: {story}", story=story)
                ]
        return one_of_each(found)


def _why(module: nn.Module, got: float) -> str:
    """The mistake that gives this count."""
    return next((code for code, count in _COUNTS if got == count(module)), "wrong-count")


def _right(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def _told(module: nn.Module) -> str:
    """The module in words, for a card."""
    inside = ", ".join(type(child).__name__ for child in module.children())
    return f"{type(module).__name__} of {inside}" if inside else str(module)


def _of_layers(module: nn.Module) -> int:
    kinds = (nn.Linear, nn.Conv2d, nn.BatchNorm2d)
    layers = [m for m in module.modules() if isinstance(m, kinds)]
    found = {p for layer in layers for p in layer.parameters() if p.requires_grad}
    return sum(p.numel() for p in found)


def _own_of(modules: list[nn.Module]) -> int:
    """The trainable parameters of these modules themselves, each once."""
    found = {p for m in modules for p in m.parameters(recurse=False) if p.requires_grad}
    return sum(p.numel() for p in found)


def _with_buffers(module: nn.Module) -> float:
    """The whole state dict; NaN where there is no buffer to be counted."""
    has = any(True for _ in module.buffers())
    return sum(t.numel() for t in module.state_dict().values()) if has else float("nan")


_COUNTS: list[tuple[str, Callable[[nn.Module], float]]] = [
    ("own-missing", _of_layers),
    ("nested-missing", lambda m: _own_of([m])),
    ("nested-missing", lambda m: _own_of(list(m.children())) if len(list(m.children())) else -1),
    ("nested-missing", lambda m: _own_of([m, *m.children()])),
    ("only-frozen", lambda m: sum(p.numel() for p in m.parameters() if not p.requires_grad)),
    ("tensors-counted", lambda m: len(list(m.parameters()))),
    ("tensors-counted", lambda m: len(trainable(m))),
    ("rows-counted", lambda m: sum(p.shape[0] if p.ndim else 1 for p in m.parameters())),
    ("rows-counted", lambda m: sum(p.shape[-1] if p.ndim else 1 for p in m.parameters())),
    ("biases-missing", lambda m: sum(
        p.numel() for n, p in m.named_parameters() if "bias" not in n)),
    ("bytes-counted", lambda m: 4 * _right(m)),
    ("in-thousands", lambda m: _right(m) / 1e3),
    ("in-thousands", lambda m: _right(m) / 1e6),
    ("in-thousands", lambda m: _right(m) // 1000),
    ("in-thousands", lambda m: round(_right(m) / 1e6, 2)),
    ("counted-on-every-level", lambda m: sum(_right(inner) for inner in m.modules())),
    ("buffers-counted", _with_buffers),
    ("buffers-counted", lambda m: _right(m) + sum(b.numel() for b in m.buffers())),
    ("frozen-counted", lambda m: sum(p.numel() for p in m.parameters())),
    ("shared-twice", lambda m: sum(
        p.numel() for inner in m.modules() for p in inner.parameters(recurse=False)
        if p.requires_grad)),
]  # fmt: skip
