"""Whole training runs that several lessons and benchmarks share."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from helpers import models
from helpers.errors import CourseError
from helpers.randomness import random_state
from helpers.training.cache import PrefixCache
from helpers.training.groups import falling_rates
from helpers.training.history import History
from helpers.training.loop import fit
from helpers.training.views import EpochBatches, HasPictures, Transform

EVALUATION_BATCH = 128


def train_head(
    model: nn.Module,
    train: HasPictures,
    valid: HasPictures,
    transform: Transform,
    plain: Transform,
    views: int = 4,
    epochs: int = 25,
    learning_rate: float = 1e-3,
    seed: int = 0,
    progress: bool = False,
) -> tuple[History, nn.Module]:
    """Train a fresh linear head on a frozen backbone: what is this augmentation worth?

    Activations are cached, so this takes as long as `views` forward passes over the training
    pictures and one over the validation pictures; the epochs themselves take milliseconds. On one
    thread of a busy machine with lite0, 320 training and 240 validation pictures: 5 s of processor
    time for one view, 14-18 s for four, 30-35 s for eight; 0.3 s when the activations are still on
    disk.

    Args:
        model: from `models.backbone` with the wanted number of classes. Everything but the head is
            frozen; the head is replaced by a fresh one, so runs do not depend on each other.
        train, valid: `data.Pictures`; their own transforms are not used.
        transform: for training. PIL image to normalised tensor.
        plain: for validation, without chance.
        views: how many augmented variants of each training picture.
        epochs: of Adam at a constant rate.
        learning_rate: of Adam.
        seed: of the head, the views and the order. The global random state is left as it was.
        progress: show lines and bars on stdout.

    Returns:
        The history, and the trained tail: it takes what `PrefixCache(...).batches` gives.
    """
    head = models.head_name(model)
    linear = model.get_submodule(head)
    classes = int(linear.out_features)  # type: ignore[arg-type]
    width = models.config_of(model).width
    model.set_submodule(head, models.fresh_linear(width, classes, seed))
    models.freeze_backbone(model)
    show = None if progress else False
    cache = PrefixCache(model, train, transform, views, seed, fold=True, progress=show)
    checks = PrefixCache(model, valid, plain, fold=True, progress=show)
    optimizer = torch.optim.Adam(model.get_submodule(head).parameters(), lr=learning_rate)
    with random_state(seed):
        history = fit(
            cache.tail,
            cache.batches(shuffle=True, seed=seed),
            epochs=epochs,
            optimizer=optimizer,
            valid=checks.batches(EVALUATION_BATCH),
            progress=progress,
        )
    return history, cache.tail


def train_stages(
    model: nn.Module,
    batches: EpochBatches,
    tail: nn.Module,
    valid: EpochBatches | None = None,
    epochs: int = 12,
    learning_rate: float = 3e-3,
    factor: float = 3.0,
    weight_decay: float = 0.01,
    seed: int = 0,
    progress: bool = False,
) -> History:
    """Train what is unfrozen with one cycle: the head at `learning_rate`, stages at less.

    AdamW; the rate rises for a quarter of the steps and is annealed to nothing. Without the
    annealing, unfreezing gains nothing on these pictures.

    Args:
        model: with its last stages unfrozen, see `unfreeze`.
        batches: of a `PrefixCache` of that model, shuffled.
        tail: of the same cache.
        valid: batches to evaluate on after each epoch.
        epochs: length of the cycle.
        learning_rate: of the head, at the top of the cycle.
        factor: the stages learn this many times slower.
        weight_decay: decoupled, on everything that is trained.
        seed: of dropout. The global random state is left as it was.
        progress: show a line on stdout.
    """
    optimizer = adamw(model, learning_rate, factor, weight_decay)
    with random_state(seed):
        return fit(
            tail,
            batches,
            epochs=epochs,
            optimizer=optimizer,
            scheduler=one_cycle(optimizer, epochs * len(batches)),
            valid=valid,
            progress=progress,
        )


def adamw(
    model: nn.Module, learning_rate: float, factor: float, weight_decay: float
) -> torch.optim.AdamW:
    """AdamW over all that is unfrozen: the head at `learning_rate`, stages a `factor` slower."""
    head = model.get_submodule(models.head_name(model))
    stages_and_head = falling_rates([model.parameters(), head.parameters()], learning_rate, factor)
    # The head comes first: the history keeps the rate of the first group.
    return torch.optim.AdamW(stages_and_head[::-1], weight_decay=weight_decay)


def one_cycle(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.OneCycleLR:
    """Each group rises to its rate for a quarter of the steps, then falls to nothing."""
    return torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        [group["lr"] for group in optimizer.param_groups],
        total_steps=max(steps, 5),  # with exactly four, torch divides by zero
        pct_start=0.25,
    )


def unfreeze(model: nn.Module, stages: Sequence[str]) -> nn.Module:
    """Freeze everything but the head and these stages, in place; eval mode.

    The BatchNorms of the stages stay frozen, statistics and all: twenty pictures a class are too
    few to measure them anew.

    Raises:
        CourseError: a stage that the model does not have; the model is left as it was.
    """
    known = [name for name, _ in model.named_modules() if name]
    for name in stages:
        if name not in known:
            raise CourseError(
                f"There is no stage {name!r} in {models.config_of(model).name}: choose from "
                f"{', '.join(models.config_of(model).stages)}."
            )
    models.freeze_backbone(model)
    for name in stages:
        for module in model.get_submodule(name).modules():
            if not models.is_batchnorm(module):
                for parameter in module.parameters(recurse=False):
                    parameter.requires_grad_(True)
    return model
