"""Exercise head.make_head, probed: the head runs on maps, and its layers are noted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, rng
from helpers.checks.head.trace import Trace
from helpers.checks.networks import attempt, fill
from helpers.checks.observe import call_and_keep, observe_call

BATCH, SIDES = 300, (3, 4)
DEFAULTS = (2208, 1024, 102, 0.35)


@dataclass(frozen=True)
class Case:
    """Feature maps [300, width, 3, 4], and what the head for them is asked for."""

    maps: torch.Tensor
    width: int
    hidden: int
    classes: int
    dropout: float


def draw_case(draw: np.random.Generator) -> Case:
    """Sizes that no two layers share, and a dropout far from what people write by habit."""
    width, hidden, classes = (int(k) for k in draw.choice(np.arange(7, 14), 3, replace=False))
    if 2 * width in (hidden, classes):
        width += 7
    low = draw.random() < 0.5
    dropout = round(float(draw.uniform(0.18, 0.24) if low else draw.uniform(0.76, 0.82)), 2)
    maps = torch.from_numpy(draw.normal(0.2, 1, (BATCH, width, *SIDES))).float()
    return Case(maps, width, hidden, classes, dropout)


def observe_head(answer: Answer, case: Case, seed: int) -> Evidence:
    """The head as it comes, in evaluation and training mode, and the one of the defaults."""
    torch.manual_seed(seed % 2**32)
    made, head = call_and_keep(answer, case.width, case.hidden, case.classes, case.dropout)
    evidence: Evidence = {"made": made, "module": isinstance(head, nn.Module)}
    if not isinstance(head, nn.Module):
        return evidence
    small = case.maps[:8]
    evidence["compiled"] = isinstance(head, torch.jit.ScriptModule)
    evidence["first"] = _forward(head, small)
    if evidence["compiled"] or "raised" in evidence["first"]["call"]:
        return evidence
    evidence["filled"] = attempt(_fill, head, rng(seed, "head-weights"))
    evidence["eval"] = _forward(head, small)
    evidence["again"] = _forward(head, small)
    evidence["one"] = _forward(head, small[:1], keep=False)
    evidence["last"] = _forward(head, small.to(memory_format=torch.channels_last))
    evidence["train"] = _forward(head, case.maps, train=True, keep=False)
    default, whole = call_and_keep(answer)
    evidence["default"] = default
    if isinstance(whole, nn.Module):
        maps = torch.randn(16, DEFAULTS[0], 1, 2)
        evidence["article"] = _forward(whole, maps, train=True, keep=False)
    return evidence


def _fill(head: nn.Module, draw: np.random.Generator) -> bool:
    """New weights and statistics; every tensor keeps its dtype."""
    before = {name: tensor.dtype for name, tensor in _tensors(head).items()}
    fill(head, draw)
    for name, tensor in _tensors(head).items():
        tensor.data = tensor.data.to(before[name])
    return True


def _tensors(head: nn.Module) -> dict[str, torch.Tensor]:
    return {**dict(head.named_parameters()), **dict(head.named_buffers())}


def _forward(
    head: nn.Module, maps: torch.Tensor, train: bool = False, keep: bool = True
) -> Evidence:
    """One forward pass: the call, the layers computed, and what entered the last layer begun."""
    attempt(head.train, train)
    entered: dict[str, Any] = {"shape": [], "wants": None}

    def note(layer: nn.Module, given: tuple[Any, ...]) -> None:
        if given and isinstance(given[0], torch.Tensor) and not list(layer.children()):
            entered["shape"] = [int(side) for side in given[0].shape]
            wants = getattr(layer, "num_features", getattr(layer, "in_features", None))
            entered["wants"] = wants if isinstance(wants, int) else None

    layers = [] if isinstance(head, torch.jit.ScriptModule) else list(head.modules())
    hooks = [layer.register_forward_pre_hook(note) for layer in layers]
    trace = Trace(head, keep)
    try:
        with torch.enable_grad(), trace:
            call = observe_call(head, maps)
    finally:
        for hook in hooks:
            hook.remove()
    return {
        "call": call, "steps": trace.steps, "entered": entered["shape"], "wants": entered["wants"],
    }  # fmt: skip
