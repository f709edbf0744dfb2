"""A range test and short runs on the real network: what the live part of lesson 03 measures.

Everything runs on stored activations: of the whole backbone for the head alone, of all but its last
stage when that stage is trained too. Article, "How to find a good learning rate".
"""

from __future__ import annotations

import copy
import math
import statistics
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from helpers import models, training
from helpers.data import PictureSet
from helpers.data.transforms import plain_transform
from helpers.explore.probe import at_most, spread_over_classes
from helpers.randomness import seed_of, torch_random_state
from helpers.training import lr_finder
from helpers.training.lr_finder import RangeTest
from helpers.training.views import EpochBatches

BATCH = 16
LOW, HIGH, STEPS = 1e-4, 10.0, 76  # of a range test: 15 steps for a factor of ten
RUN_STEPS = 32  # of a short run
SAMPLE = 80  # validation pictures that a run is measured on
MOST = 640  # training pictures of which the last stage sees activations: as many as a run takes
LISTEN = 0.05  # seconds of work, at most, before the kernel can look up
TIMES = (0.1, 1.0, 10.0)  # of the pick: the three rates that race

# ------------------------------------------------------------------------------------- network


@dataclass(frozen=True)
class Setting:
    """A part of the network that is trained, on stored activations of what comes before.

    Attributes:
        stages: that are trained besides the head; none for the head alone.
        tail: the part, with frozen BatchNorms. It is copied before anything is trained.
        train, valid: activations and labels.
        orders: how many range tests, each over another order of the pictures.
        measure_every: after so many steps of a run.
    """

    stages: tuple[str, ...]
    tail: nn.Module
    train: training.PrefixCache
    valid: list[tuple[torch.Tensor, torch.Tensor]]
    orders: int
    measure_every: int

    @property
    def name(self) -> str:
        return " and ".join([*self.stages, "head"]) if self.stages else "head alone"

    def batches(self, seed: int = 0) -> EpochBatches:
        """Training batches in an order that differs with the seed and from epoch to epoch."""
        return self.train.batches(BATCH, shuffle=True, seed=seed)

    def fresh(self, rate: float) -> tuple[nn.Module, torch.optim.SGD]:
        """A copy of the part to train, and lesson 02's optimizer for it."""
        net = copy.deepcopy(self.tail)
        wanted = [p for p in net.parameters() if p.requires_grad]
        return net, torch.optim.SGD(wanted, lr=rate, momentum=0.9, nesterov=True)

    def loss(self, net: nn.Module) -> float:
        """Mean loss on the validation sample."""
        return training.evaluate(net, self.valid)[0]


def head_alone(model: nn.Module, pictures: PictureSet) -> Setting:
    """The head on pooled features: those of lesson 00, found on disk once it has run.

    Args:
        model: a copy that may be changed; everything but its head is frozen here.
        pictures: `train` to learn from, a sample of `valid` to measure on.
    """
    models.freeze_backbone(model)
    plain = _plain(model, pictures)
    train = training.PrefixCache(model, pictures.train, plain, fold=True)
    valid = training.PrefixCache(model, pictures.valid, plain, fold=True)
    values, labels = next(iter(valid.batches(len(pictures.valid))))
    rows = spread_over_classes(labels, SAMPLE)
    return Setting((), train.tail, train, [(values[rows], labels[rows])], 8, 4)


def with_last_stage(model: nn.Module, pictures: PictureSet) -> Setting:
    """The same with the last stage unfrozen, its BatchNorms frozen as `training.unfreeze` does.

    Args:
        model: another copy that may be changed.
        pictures: `train` to learn from, a sample of `valid` to measure on.
    """
    stage = last_stage(model)
    training.unfreeze(model, [stage])
    plain = _plain(model, pictures)
    train = training.PrefixCache(model, at_most(pictures.train, MOST), plain)
    valid = training.PrefixCache(model, at_most(pictures.valid, SAMPLE), plain)
    return Setting((stage,), train.tail, train, list(valid.batches(SAMPLE)), 4, 8)


def last_stage(model: nn.Module) -> str:
    """The last part before the head that is more than a norm."""
    for name in reversed(models.config_of(model).stages):
        if not models.is_norm(model.get_submodule(name)):
            return name
    raise AssertionError("every backbone has a stage with weights")


def _plain(model: nn.Module, pictures: PictureSet) -> Any:
    config = models.config_of(model)
    return plain_transform(pictures.size, config.mean, config.std)


# ------------------------------------------------------------------------------------- compute


def testing(setting: Setting, first: int = 0) -> Iterator[RangeTest]:
    """The range tests of `lr_finder.lr_band`, one after the other: each its own order of pictures.

    Args:
        setting: what is trained in them; it is not changed.
        first: how many of them have been done already.
    """
    for number in range(first, setting.orders):
        net, optimizer = setting.fresh(LOW)
        yield lr_finder.range_test(
            net,
            setting.batches(),
            optimizer,
            low=LOW,
            high=HIGH,
            steps=STEPS,
            seed=seed_of(0, number),
        )


@dataclass
class Run:
    """A short training run at one rate.

    Attributes:
        rate: constant.
        steps: at which the loss was measured, from 0.
        losses: on the validation sample, nats.
        ended: the run is over.
    """

    rate: float
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    ended: bool = False

    @property
    def end(self) -> float:
        """The last loss."""
        return self.losses[-1]

    @property
    def diverged(self) -> bool:
        """Whether it ended higher than it began."""
        return not self.end <= self.losses[0]


class Race:
    """Three short runs side by side, from the same start through the same batches."""

    def __init__(self, setting: Setting, pick: float, steps: int = RUN_STEPS) -> None:
        """Prepare the runs; nothing is trained yet.

        Args:
            setting: what is trained, from its present state; it is not changed.
            pick: the rate in the middle; the others are 10 times smaller and larger.
            steps: of each run.
        """
        self.setting, self.pick, self.steps = setting, pick, steps
        self.runs = [Run(pick * times) for times in TIMES]

    def running(self, listen: float = LISTEN) -> Generator[float, None, list[Run]]:
        """Train all three a step at a time; yields the share done now and then.

        A run whose training loss is no number, or whose validation loss is four times that of
        the start, ends early: it has diverged.
        """
        parts = [self.setting.fresh(run.rate) for run in self.runs]
        start = self.setting.loss(self.setting.tail)
        for run in self.runs:
            _measured(run, 0, start)
        batches, looked = _endless(self.setting.batches(seed=1)), time.perf_counter()
        for number in range(1, self.steps + 1):
            inputs, labels = next(batches)
            for run, (net, optimizer) in zip(self.runs, parts, strict=True):
                if not run.ended:
                    self._step(run, number, net, optimizer, inputs, labels)
                if time.perf_counter() - looked > listen:
                    yield number / self.steps
                    looked = time.perf_counter()
        return self.runs

    def _step(
        self,
        run: Run,
        number: int,
        net: nn.Module,
        optimizer: torch.optim.Optimizer,
        inputs: torch.Tensor,
        labels: torch.Tensor,
    ) -> None:
        training.training_mode(net)
        with torch_random_state(number):  # of dropout, where a head has one
            loss = functional.cross_entropy(net(inputs), labels)
        finite = math.isfinite(loss.item())
        if finite:
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        last = number == self.steps
        if not finite or last or number % self.setting.measure_every == 0:
            value = self.setting.loss(net) if finite else math.inf
            _measured(run, number, value)
            run.ended = last or not value <= 4 * run.losses[0]


def _measured(run: Run, step: int, loss: float) -> None:
    run.steps.append(step)
    run.losses.append(loss if math.isfinite(loss) else math.inf)


def _endless(batches: EpochBatches) -> Generator[tuple[torch.Tensor, torch.Tensor], None, None]:
    while True:
        yield from batches


def blow_up(tests: Sequence[RangeTest]) -> float | None:
    """The rate at which the loss typically blew up; None when it mostly did not."""
    ends = [test.lrs[-1] for test in tests if test.stopped and test.lrs and not test.interrupted]
    return statistics.median(ends) if len(ends) * 2 > len(tests) else None
