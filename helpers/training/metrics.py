"""Accuracy, loss and confusion, over pictures rather than over batches."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

import torch
from torch import nn
from torch.nn import functional

from helpers.errors import CourseError

Batches = Iterable[tuple[torch.Tensor, torch.Tensor]]


def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of rows whose largest logit is the label's.

    Args:
        logits: [N, C].
        labels: [N], class indices.

    Raises:
        CourseError: shapes that do not go together, or no row at all.
    """
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or not len(labels):
        raise CourseError(
            "accuracy needs logits [N, C] and labels [N] with N at least 1, not "
            f"{list(logits.shape)} and {list(labels.shape)}."
        )
    return float((logits.argmax(1) == labels).double().mean())


def predict(
    model: nn.Module, batches: Batches, device: str | torch.device = "cpu"
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits [N, C] and labels [N] of all batches, in eval mode and without a graph.

    Every module's mode is left as it was found.

    Raises:
        CourseError: there is no batch.
    """
    logits, labels = [], []
    with evaluating(model), torch.inference_mode():
        for images, targets in batches:
            logits.append(model(images.to(device)).cpu())
            labels.append(targets.cpu())
    if not logits:
        raise CourseError("There is no batch to predict: the set of pictures is empty.")
    # Left inference mode: what comes out may take part in further computation.
    return torch.cat(logits).clone(), torch.cat(labels).clone()


def evaluate(
    model: nn.Module, batches: Batches, device: str | torch.device = "cpu"
) -> tuple[float, float]:
    """Mean cross-entropy and accuracy over all pictures, in eval mode (lesson 00).

    A smaller last batch counts for as many pictures as it holds.
    """
    logits, labels = predict(model, batches, device)
    return float(functional.cross_entropy(logits, labels)), accuracy(logits, labels)


def confusion_matrix(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """How often class i (row: the truth) was taken for class j (column): long tensor [C, C]."""
    classes = logits.shape[1]
    pairs = labels * classes + logits.argmax(1)
    return torch.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


@contextlib.contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Eval mode for a while; afterwards every single module is in the mode it was in."""
    with modes_restored(model):
        model.eval()
        yield


@contextlib.contextmanager
def modes_restored(model: nn.Module) -> Iterator[None]:
    """Whatever happens inside, every single module is afterwards in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training
