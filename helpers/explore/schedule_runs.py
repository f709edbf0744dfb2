"""Schedules on a real head: the rates of every step, and the run that they make.

Lesson 04. The head learns from stored features of four changed views of each picture, those of the
lesson's own cells, with SGD and Nesterov momentum of 0.9, which stays as it is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import torch
from torch import nn
from torch.nn import functional

from helpers import models, training
from helpers.data import PictureSet
from helpers.data.transforms import field_transform, plain_transform
from helpers.explore.race import LISTEN, Setting
from helpers.randomness import torch_random_state

BATCH, VIEWS = 32, 4
RISING = 0.25  # share of one cycle that goes up
START, END = 25.0, 1e4  # one cycle begins at peak/START and ends at peak/(START * END)
LOWEST = 0.1  # of the peak: where triangles turn, and what each step keeps


@dataclass(frozen=True)
class Choice:
    """What the controls say.

    Attributes:
        kind: one of CURVES.
        epochs: length of the run.
        peak: the highest rate; of the constant run the only one.
        cycles: how many, where the kind has several.
    """

    kind: str = "one cycle"
    epochs: int = 12
    peak: float = 0.01
    cycles: int = 3


def _glide(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def _one_cycle(share: float, cycles: int) -> float:
    if share < RISING:
        return _glide(1 / START, 1.0, share / RISING)
    return _glide(1.0, 1 / (START * END), (share - RISING) / (1 - RISING))


def _triangles(share: float, cycles: int) -> float:
    height = 1 - abs(2 * (share * cycles % 1.0) - 1)
    return LOWEST + (1 - LOWEST) * height


# Share of the way and number of cycles in, share of the peak out.
CURVES: dict[str, Callable[[float, int], float]] = {
    "one cycle": _one_cycle,
    "cosine": lambda share, cycles: _glide(1.0, 0.0, share),
    "restarts": lambda share, cycles: _glide(1.0, 0.0, share * cycles % 1.0),
    "triangles": _triangles,
    "steps": lambda share, cycles: LOWEST ** int(share * cycles),
}
CYCLED = ("restarts", "triangles", "steps")


def rates(choice: Choice, steps: int) -> list[float]:
    """The rate of each step."""
    curve = CURVES[choice.kind]
    return [choice.peak * curve(step / steps, choice.cycles) for step in range(steps)]


@dataclass
class Run:
    """A run of the head.

    Attributes:
        rates: of each step.
        losses: on the validation pictures after each epoch, the start first; infinite where they
            are no number.
        accuracy: at the end, a fraction.
    """

    rates: list[float]
    losses: list[float] = field(default_factory=list)
    accuracy: float = 0.0

    @property
    def end(self) -> float:
        """The last loss."""
        return self.losses[-1]


def head_in_the_field(model: nn.Module, pictures: PictureSet) -> Setting:
    """The head on features of changed garden pictures, measured on all validation pictures.

    Args:
        model: a copy that may be changed; everything but its head is frozen here.
        pictures: `train` to learn from, `valid` to measure on.
    """
    models.freeze_backbone(model)
    config = models.config_of(model)
    field_view = field_transform(pictures.size, config.mean, config.std)
    plain = plain_transform(pictures.size, config.mean, config.std)
    train = training.PrefixCache(model, pictures.train, field_view, VIEWS, fold=True)
    valid = training.PrefixCache(model, pictures.valid, plain, fold=True)
    return Setting((), train.tail, train, list(valid.batches(len(pictures.valid))), 0, 0)


def epoch_steps(setting: Setting) -> int:
    """Batches of an epoch."""
    return -(-len(setting.train.pictures) // BATCH)


def running(
    setting: Setting, every_rate: list[float], listen: float = LISTEN
) -> Generator[float, None, Run]:
    """Train a copy of the head at these rates, one a step; yields the share done now and then."""
    run, looked = Run(every_rate), time.perf_counter()
    net, optimizer = setting.fresh(every_rate[0])
    batches = setting.train.batches(BATCH, shuffle=True)
    _measure(setting, net, run)
    number = 0
    for _ in range(len(every_rate) // len(batches)):
        training.training_mode(net)
        for inputs, labels in batches:
            optimizer.param_groups[0]["lr"] = every_rate[number]
            _step(net, optimizer, inputs, labels, number)
            number += 1
        _measure(setting, net, run)
        if time.perf_counter() - looked > listen:
            yield number / len(every_rate)
            looked = time.perf_counter()
    return run


def _step(
    net: nn.Module,
    optimizer: torch.optim.Optimizer,
    inputs: torch.Tensor,
    labels: torch.Tensor,
    number: int,
) -> None:
    with torch_random_state(number):  # of dropout, where a head has one
        loss = functional.cross_entropy(net(inputs), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def _measure(setting: Setting, net: nn.Module, run: Run) -> None:
    loss, run.accuracy = training.evaluate(net, setting.valid)
    run.losses.append(loss if math.isfinite(loss) else math.inf)
