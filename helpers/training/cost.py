"""What a choice of trainable layers costs: numbers to train, seconds, memory."""

from __future__ import annotations

import contextlib
import copy
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from helpers.errors import CourseError
from helpers.randomness import random_state
from helpers.training.loop import training_mode


@dataclass(frozen=True)
class StepCost:
    """The cost of one training step, forward and backward.

    Attributes:
        trainable: numbers that are trained. Gradients and SGD's momentum take twice as many again.
        seconds: wall time of the step, median of the repeats.
        activations: bytes of intermediate results that are kept until the backward pass.
    """

    trainable: int
    seconds: float
    activations: int


def step_cost(
    model: nn.Module, images: torch.Tensor, labels: torch.Tensor, repeats: int = 3
) -> StepCost:
    """Measure training steps on a copy of the model, frozen and unfrozen as the model is.

    Gradients travel from the loss back to the first layer that is trained. What lies before it is
    computed once and forgotten, so the cost depends on *where* the first trained layer stands more
    than on how many there are.

    Args:
        model: maps images to logits; it is not changed.
        images: one batch [B, 3, H, W] (or what the model takes), on the model's device.
        labels: [B].
        repeats: steps that are timed, after one that is not.

    Raises:
        CourseError: nothing is trainable; no repeat.
    """
    if repeats < 1:
        raise CourseError(f"repeats must be at least 1, not {repeats}.")
    copied = copy.deepcopy(model)
    training_mode(copied)
    trained = [p for p in copied.parameters() if p.requires_grad]
    if not trained:
        raise CourseError("Every parameter of the model is frozen: unfreeze the head at least.")
    with random_state(0):  # of dropout; the caller's stays as it is
        with kept_for_backward(copied) as kept:
            functional.cross_entropy(copied(images), labels).backward()
        seconds = [_timed_step(copied, images, labels) for _ in range(repeats)]
    trainable = sum(p.numel() for p in trained)
    return StepCost(trainable, statistics.median(seconds), sum(kept.values()))


@contextlib.contextmanager
def kept_for_backward(module: nn.Module) -> Iterator[dict[int, int]]:
    """Note what autograd keeps for the backward pass: bytes by the address of each storage.

    Every storage counts once. Weights and buffers of the module are there anyway and do not count.
    """
    own = {storage_address(tensor) for tensor in [*module.parameters(), *module.buffers()]}
    kept: dict[int, int] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        address = storage_address(tensor)
        if address not in own:
            kept[address] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        yield kept


def storage_address(tensor: torch.Tensor) -> int:
    """Where the numbers of a tensor begin in memory; the same for all views of them."""
    return tensor.untyped_storage().data_ptr()


def _timed_step(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    _wait_for(images)
    start = time.perf_counter()
    functional.cross_entropy(model(images), labels).backward()
    _wait_for(images)
    return time.perf_counter() - start


def _wait_for(images: torch.Tensor) -> None:
    """A GPU works on its own: what it still has to do would count for the step that follows."""
    if images.is_cuda:
        torch.cuda.synchronize(images.device)
