"""`undone`: train for a trial, and have everything afterwards as it was before."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import nn

from helpers.training.metrics import modes_restored

Undo = Callable[[], None]


@contextlib.contextmanager
def undone(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: Any = None,
    batches: Any = None,
) -> Iterator[None]:
    """Whatever happens inside, an error or Ctrl-C included, it is undone at the end.

    Weights and buffers get their numbers back in place, and only where these have changed, so
    every tensor stays the one it was. Gradients, the optimizer's state and groups, and the scaler
    are never touched: inside, copies stand in for them. Also as before are every module's mode,
    the random states (Python, NumPy, torch on CPU and GPU), and how far `batches` have come: the
    epoch of `EpochBatches`, the generators of a DataLoader.

    Inside, no parameter has a gradient at first. What a loss, a hook or a layer keeps elsewhere,
    in plain attributes, is not known here and stays as the trial left it.
    """
    parameters = _parameters(model, optimizer)
    with modes_restored(model), contextlib.ExitStack() as stack:
        for undo in (
            _randomness(),
            _tensors(model, parameters),
            _gradients(parameters),
            _optimizer(optimizer),
            _attributes(scaler),
            _order(batches),
        ):
            stack.callback(_despite_interrupts, undo)
        _stand_ins(parameters, optimizer, scaler)
        yield


def generators_of(batches: Any) -> list[torch.Generator]:
    """The generators of its own that a DataLoader draws the order of its batches from."""
    sampler = getattr(batches, "batch_sampler", None)
    owners = (batches, getattr(batches, "sampler", None), sampler, getattr(sampler, "sampler", 0))
    found = (getattr(owner, "generator", None) for owner in owners)
    return list({id(g): g for g in found if isinstance(g, torch.Generator)}.values())


def _despite_interrupts(undo: Undo) -> None:
    """Start again after a Ctrl-C: half of an undo would leave a model that nobody trained."""
    try:
        undo()
    except KeyboardInterrupt:
        _despite_interrupts(undo)
        raise


def _parameters(model: nn.Module, optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """Every parameter of both, once."""
    held = [p for group in optimizer.param_groups for p in group["params"]]
    return list({id(p): p for p in [*model.parameters(), *held]}.values())


def _tensors(model: nn.Module, parameters: list[torch.Tensor]) -> Undo:
    kept = [(t, t._version, t.detach().clone()) for t in [*parameters, *model.buffers()]]
    places = [(m, name, b) for m in model.modules() for name, b in m._buffers.items()]

    @torch.no_grad()
    def undo() -> None:
        for module, name, buffer in places:
            module._buffers[name] = buffer
        for tensor, version, before in kept:
            # Fused optimizers, BatchNorm's statistics and `.data` do not raise the version.
            if tensor._version != version or not torch.equal(tensor, before):
                tensor.copy_(before)

    return undo


def _gradients(parameters: list[torch.Tensor]) -> Undo:
    kept = [(p, p.grad) for p in parameters]

    def undo() -> None:
        for parameter, gradient in kept:
            parameter.grad = gradient

    return undo


def _optimizer(optimizer: torch.optim.Optimizer) -> Undo:
    state = dict(optimizer.state)
    groups = [(group, dict(group)) for group in optimizer.param_groups]
    attributes = _attributes(optimizer)

    def undo() -> None:
        optimizer.state.clear()
        optimizer.state.update(state)
        optimizer.param_groups[:] = [group for group, _ in groups]
        for group, before in groups:
            group.clear()
            group.update(before)
        attributes()

    return undo


def _attributes(thing: Any) -> Undo:
    if thing is None:
        return lambda: None
    kept = dict(vars(thing))

    def undo() -> None:
        for name in set(vars(thing)) - set(kept):
            delattr(thing, name)
        vars(thing).update(kept)

    return undo


def _stand_ins(
    parameters: list[torch.Tensor], optimizer: torch.optim.Optimizer, scaler: Any
) -> None:
    """Copies for whatever a step changes, so that the originals need no repair."""
    for parameter in parameters:
        parameter.grad = None
    same = {id(p): p for p in parameters}  # a state may point at parameters: those are not copied
    for parameter, state in list(optimizer.state.items()):
        optimizer.state[parameter] = copy.deepcopy(state, dict(same))
    for group in optimizer.param_groups:
        for name, value in list(group.items()):
            if name != "params":
                group[name] = copy.deepcopy(value)
    if scaler is not None:
        vars(scaler).update({k: copy.deepcopy(v) for k, v in vars(scaler).items()})


def _order(batches: Any) -> Undo:
    epoch = getattr(batches, "next_epoch", None)
    states = [(generator, generator.get_state()) for generator in generators_of(batches)]

    def undo() -> None:
        if epoch is not None:
            batches.next_epoch = epoch
        for generator, state in states:
            generator.set_state(state)

    return undo


def _randomness() -> Undo:
    python, numpy, cpu = random.getstate(), np.random.get_state(), torch.get_rng_state()
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None

    def undo() -> None:
        random.setstate(python)
        np.random.set_state(numpy)
        torch.set_rng_state(cpu)
        if gpus is not None:
            torch.cuda.set_rng_state_all(gpus)

    return undo
