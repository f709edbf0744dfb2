"""Exercise rate.range_test, probed: the answer's sweeps, and what each left changed behind it."""

import copy
from typing import Any

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Answer, Evidence, rng
from helpers.checks.lists import floats_of
from helpers.checks.observe import call_and_keep
from helpers.checks.rate.sweeping import PLANS, Bench, Interrupted, Plan, plain
from helpers.checks.watched import modes_of


def observe_sweeps(answer: Answer, seed: int) -> list[Evidence]:
    """A sweep for each plan, up to the first that should give two lists and does not."""
    runs = []
    for plan in PLANS:
        runs.append(_observe_sweep(answer, plan, seed))
        if not plan.is_cut_off and "returned" not in runs[-1]["call"]:
            break  # an error, or not started: the other runs would say the same
    return runs


def _observe_sweep(answer: Answer, plan: Plan, seed: int) -> Evidence:
    bench = plan.build(seed)
    torch.manual_seed(int(rng(seed, plan.name).integers(2**31)))
    torch.set_grad_enabled(True)
    before = Snapshot(bench)
    try:
        call, value = call_and_keep(answer, *bench.arguments)
    except Interrupted:
        call, value = {"interrupted": True}, None
    notes = bench.notes
    lrs, losses = _pair(value)
    return {
        "call": call,
        "lrs": lrs,
        "losses": losses,
        "passes": notes.passes,
        "steps": notes.steps,
        "loads": notes.loads[:20],
        "copies": notes.copies,
        "differences": before.differences(),
    }


def _pair(value: object) -> tuple[np.ndarray | None, np.ndarray | None]:
    """The numbers of the two lists that were returned, where there are two."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None, None
    return floats_of(value[0]), floats_of(value[1])


class Snapshot:
    """Copies of everything a range test must leave as it was."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.weights = {n: p.detach().clone() for n, p in bench.model.named_parameters()}
        self.buffers = {n: b.clone() for n, b in bench.model.named_buffers()}
        self.state = _state(bench)
        self.options = _options(bench.optimizer)
        self.rates = [float(group["lr"]) for group in bench.optimizer.param_groups]
        self.modes = modes_of(bench.model)
        self.gradients = _gradients(bench.model)
        self.random = torch.get_rng_state()

    def differences(self) -> Evidence:
        """What is not as it was, in plain data."""
        model, optimizer = self.bench.model, self.bench.optimizer
        return {
            "weights": _changed(self.weights, dict(model.named_parameters())),
            "buffers": _changed(self.buffers, dict(model.named_buffers())),
            "state": _changed(self.state, _state(self.bench))
            + ([] if _same_options(self.options, _options(optimizer)) else ["a setting"]),
            "rates": [self.rates, [plain(group["lr"]) for group in optimizer.param_groups]],
            "modes": [self.modes, modes_of(model)],
            "gradients": _changed(self.gradients, _gradients(model)),
            "cleared": [n for n, g in _gradients(model).items() if g is None and self.gradients[n]
                        is not None],
            "random": bool(torch.equal(self.random, torch.get_rng_state())),
        }  # fmt: skip


def _state(bench: Bench) -> dict[str, Any]:
    """The optimizer's memory by parameter and entry, without what is empty."""
    entries = {}
    for name, parameter in bench.model.named_parameters():
        for key, value in bench.optimizer.state.get(parameter, {}).items():
            if value is not None:
                entries[f"{key} of {name}"] = copy.deepcopy(value)
    return entries


def _options(optimizer: torch.optim.Optimizer) -> list[dict[str, Any]]:
    return [
        {key: copy.deepcopy(value) for key, value in group.items() if key not in ("params", "lr")}
        for group in optimizer.param_groups
    ]


def _same_options(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
    """Whether all settings that there were are the same; new ones do no harm."""
    return len(before) == len(after) and all(
        key in new and bool(new[key] == value)
        for old, new in zip(before, after, strict=True)
        for key, value in old.items()
    )


def _gradients(model: nn.Module) -> dict[str, torch.Tensor | None]:
    return {
        name: None if parameter.grad is None else parameter.grad.detach().clone()
        for name, parameter in model.named_parameters()
    }


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    names = [name for name in before if not _equal(before[name], after.get(name))]
    return [*names, *(name for name in after if name not in before)][:50]


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, torch.Tensor) and isinstance(after, torch.Tensor):
        return bool(torch.equal(before.detach(), after.detach()))
    return type(before) is type(after) and bool(before == after)
