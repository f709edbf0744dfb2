"""What a choice of trainable layers costs: numbers to train, seconds, memory."""

from __future__ import annotations

import copy
import statistics
import time
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from helpers.errors import CourseError
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
        CourseError: nothing is trainable.
    """
    copied = copy.deepcopy(model)
    training_mode(copied)
    trained = [p for p in copied.parameters() if p.requires_grad]
    if not trained:
        raise CourseError("Every parameter of the model is frozen: unfreeze the head at least.")
    kept = _kept_for_backward(copied, images, labels)
    seconds = [_step(copied, images, labels) for _ in range(repeats)]
    return StepCost(sum(p.numel() for p in trained), statistics.median(seconds), kept)


def _step(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    start = time.perf_counter()
    functional.cross_entropy(model(images), labels).backward()
    if images.is_cuda:
        torch.cuda.synchronize(images.device)
    return time.perf_counter() - start


def _kept_for_backward(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> int:
    """Bytes of the storages that autograd saves, each once; weights are there anyway."""
    there_anyway = {t.untyped_storage().data_ptr() for t in [*model.parameters(), *model.buffers()]}
    saved: dict[int, int] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in there_anyway:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        functional.cross_entropy(model(images), labels).backward()
    return sum(saved.values())
