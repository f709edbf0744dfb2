"""The course in one recipe: from a fresh head towards the input, with range tests.

Article, "Unfreezing layers selectively": unfreeze the last block, train, then the next one with a
smaller rate; and "this process has to be repeated every time when we unfreeze some layers".
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import nn

from helpers import models
from helpers.errors import CourseError
from helpers.randomness import random_state
from helpers.training.cache import PrefixCache
from helpers.training.history import History
from helpers.training.loop import fit
from helpers.training.lr_finder import RangeTest, lr_band
from helpers.training.recipes import EVALUATION_BATCH, adamw, one_cycle, unfreeze
from helpers.training.views import HasPictures, Transform

SWEEP = (1e-4, 1.0, 40)  # lowest and highest rate, and steps, of a range test
REPEATS = 8  # of the test of the head alone, which costs next to nothing; a stage is tested once
ADAMW = 1e-3  # torch's default rate
SAFE = 10.0  # times below the edge is where training goes on


@dataclass(frozen=True)
class Recipe:
    """The settings of a gradual run; the defaults are the course's own.

    Attributes:
        epochs: of the head alone, of the head with the last stage, with the last two, and so on:
            one number a block. The last block gets most.
        views: augmented variants of each training picture; at most one an epoch is computed.
        factor: unfrozen stages learn this many times slower than the head.
        weight_decay: decoupled.
        rate: of the head; None takes it from a range test after each block.
    """

    epochs: tuple[int, ...] = (4, 2, 2, 20)
    views: int = 16
    factor: float = 3.0
    weight_decay: float = 0.05
    rate: float | None = None


@dataclass(frozen=True)
class Block:
    """One block of a gradual run: what was trained, how fast and why, and how it went.

    Attributes:
        stages: what was unfrozen beside the head, from input to output.
        rate: of the head, at the top of the cycle.
        tests: the range tests behind the rate; none where the recipe gave one.
        history: of the training, with validation.
    """

    stages: tuple[str, ...]
    rate: float
    tests: tuple[RangeTest, ...]
    history: History


def train_gradually(
    model: nn.Module,
    train: HasPictures,
    valid: HasPictures,
    transform: Transform,
    plain: Transform,
    recipe: Recipe | None = None,
    seed: int = 0,
    progress: bool = False,
) -> list[Block]:
    """Train the head, then let one stage after the other join, each in a cycle of its own.

    Args:
        model: from `models.backbone`, with the head it is to have. Trained in place, left in eval
            mode with the last block's stages unfrozen.
        train, valid: `data.Pictures`; their own transforms are not used.
        transform, plain: PIL image to normalised tensor, for training and for validation.
        recipe: default: the course's.
        seed: of views, order and dropout. The global random state is left as it was.
        progress: show lines and bars on stdout.

    Raises:
        CourseError: the recipe has more blocks than the model has stages and a head, or a block
            without an epoch.

    Ctrl-C and a loss that is no number end the run: blocks that follow are not begun.
    """
    recipe = recipe or Recipe()
    if min(recipe.epochs, default=0) < 1:
        raise CourseError(f"epochs={recipe.epochs} has a block without an epoch: give 1 or more.")
    show = None if progress else False
    done: list[Block] = []
    for stages, epochs in zip(blocks_of(model, len(recipe.epochs)), recipe.epochs, strict=True):
        unfreeze(model, stages)
        views = min(recipe.views, epochs)  # an epoch sees one of them
        cache = PrefixCache(model, train, transform, views, seed, fold=True, progress=show)
        checks = PrefixCache(model, valid, plain, fold=True, progress=show)
        batches = cache.batches(shuffle=True, seed=seed)
        tests = [] if recipe.rate else _tests(model, cache, recipe, 1 if stages else REPEATS, seed)
        if any(test.interrupted for test in tests):
            break
        rate = recipe.rate or rate_of(tests, done[-1].rate if done else None)
        optimizer = adamw(model, rate, recipe.factor, recipe.weight_decay)
        with random_state(seed):
            history = fit(
                cache.tail,
                batches,
                epochs=epochs,
                optimizer=optimizer,
                scheduler=one_cycle(optimizer, epochs * len(batches)),
                valid=checks.batches(EVALUATION_BATCH),
                progress=progress,
            )
        if history.epochs:
            done.append(Block(stages, rate, tuple(tests), history))
        if history.interrupted or history.stopped:
            break
    model.eval()
    return done


def whole_history(blocks: Sequence[Block]) -> History:
    """The epochs of all blocks in one history, numbered through."""
    rows = [row for block in blocks for row in block.history.epochs]
    return History([replace(row, epoch=number) for number, row in enumerate(rows, start=1)])


def blocks_of(model: nn.Module, count: int) -> list[tuple[str, ...]]:
    """What is unfrozen beside the head in each of `count` blocks: nothing, the last stage, ...

    Raises:
        CourseError: the model has too few stages.
    """
    config = models.config_of(model)
    stages = [s for s in config.stages if not models.is_batchnorm(model.get_submodule(s))]
    if not 1 <= count <= len(stages) + 1:
        raise CourseError(
            f"The recipe has {count} blocks: {config.name} takes 1 to {len(stages) + 1}, the head "
            "and its stages."
        )
    return [tuple(stages[len(stages) - block :]) for block in range(count)]


def rate_of(tests: Sequence[RangeTest], before: float | None = None) -> float:
    """The rate that range tests speak for: never above a tenth of the edge, nor above `before`.

    Where the loss falls, that is the middle of the suggestions. Where the head is trained already
    nothing falls any more, and only the edge can be read.

    Args:
        tests: of one block, over different orders.
        before: the rate of the block before.

    Where the tests show nothing, as with a handful of pictures, it is `before`, or AdamW's own
    default at the start.
    """
    limits = [test.edge / SAFE for test in tests if test.edge]
    suggested = [test.suggestion for test in tests if test.suggestion]
    bounds = [statistics.geometric_mean(found) for found in (limits, suggested) if found]
    return min([*bounds, *([before] if before else [])], default=ADAMW)


def _tests(
    model: nn.Module,
    cache: PrefixCache,
    recipe: Recipe,
    repeats: int,
    seed: int,
) -> list[RangeTest]:
    low, high, steps = SWEEP
    return lr_band(
        cache.tail,
        cache.batches(shuffle=True, seed=seed),
        adamw(model, 1e-3, recipe.factor, recipe.weight_decay),
        repeats=repeats,
        low=low,
        high=high,
        steps=steps,
        seed=seed,
    ).tests
