"""The learning-rate range test (lesson 03; Smith, arXiv 1506.01186), once and over data orders.

The rate grows from step to step while the model trains; the loss tells which rates teach it
something and which are too much. Everything is afterwards as it was.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from helpers.errors import CourseError
from helpers.randomness import seed_of
from helpers.training.loop import Loss, check_trainable, has_learning_batchnorm, training_mode
from helpers.training.metrics import Batches
from helpers.training.undo import generators_of, undone
from helpers.training.views import EpochBatches, Order

BETA = 0.9  # of the smoothing
DIVERGED = 4.0  # times the smallest smoothed loss
EDGE = 3.0  # times the smallest smoothed loss
SETTLED = 10  # losses in the average before its smallest counts: a lucky first batch is no record
REACH = 5  # a slope is taken across so many steps on either side
# Below so many times its own noise a fall is none. On the herbarium with lite0 a fresh head falls
# by 17 to 140, a head trained for an epoch by 11 to 16, one trained for longer by 1 to 7, and then
# suggestions scatter over four orders of magnitude.
GROUND = 8.0
WILD = 10.0  # repeats whose suggestions are further apart than this factor disagree


@dataclass(frozen=True)
class RangeTest:
    """One range test.

    Attributes:
        lrs: the rate of each step, of the group with the largest.
        losses: the loss of each step, before its update; all finite.
        smoothed: the losses, smoothed with bias correction.
        stopped: why it ended before the last step, in words; None if it did not.
        suggestion: a rate to train with; None when the curve gives no ground for one.
        reason: why there is no suggestion, in words; empty when there is one.
        interrupted: whether Ctrl-C ended it.
    """

    lrs: list[float]
    losses: list[float]
    smoothed: list[float]
    stopped: str | None
    suggestion: float | None
    reason: str
    interrupted: bool = False

    @property
    def edge(self) -> float | None:
        """The first rate that took the smoothed loss to three times its smallest, if any did.

        It can be read even where there is no suggestion: such a rate is too large.
        """
        if not self.smoothed:
            return None
        smallest = min(range(len(self.smoothed)), key=self.smoothed.__getitem__)
        for lr, loss in zip(self.lrs[smallest:], self.smoothed[smallest:], strict=True):
            if loss > EDGE * self.smoothed[smallest]:
                return lr
        return None


@dataclass(frozen=True)
class Band:
    """Several range tests, each over another order of the data.

    Attributes:
        tests: in the order of their making.
        low, high: four of five suggestions lie between them.
        suggestion: their median, taken in log lr, as all means here.
        reason: why there is no suggestion and no band, in words; empty when there are.
    """

    tests: list[RangeTest]
    low: float | None
    high: float | None
    suggestion: float | None
    reason: str


def lr_at(step: int, steps: int, low: float, high: float) -> float:
    """The rate of a step, from 0, of an exponential sweep; both ends are exact."""
    if step == 0 or steps == 1:
        return low
    return high if step == steps - 1 else low * (high / low) ** (step / (steps - 1))


def smooth(losses: Sequence[float], beta: float = BETA) -> list[float]:
    """Exponential moving average with bias correction: the first value is the first loss."""
    average, smoothed = 0.0, []
    for number, loss in enumerate(losses, 1):
        average = beta * average + (1 - beta) * loss
        smoothed.append(average / (1 - beta**number))
    return smoothed


def suggest_lr(lrs: Sequence[float], losses: Sequence[float]) -> float | None:
    """The rate at which the loss falls fastest per factor of the rate.

    The slope at a point is taken from the fifth point before it to the fifth after it, against
    log lr, so the first and the last five have none. From point to neighbouring point it would
    be noise: over data orders such suggestions spread up to a hundredfold where these spread
    twofold.

    Args:
        lrs: rates, rising.
        losses: smoothed. Points with a rate or a loss that is not finite are left out.

    Returns:
        One of `lrs`; None when the loss falls nowhere, or with fewer than 11 usable points.
    """
    points = [
        (math.log(lr), loss, lr)
        for lr, loss in zip(lrs, losses, strict=True)
        if math.isfinite(loss) and math.isfinite(lr) and lr > 0
    ]
    inner = range(REACH, len(points) - REACH)
    if not inner:
        return None
    slope, lr = min((_slope(points[i - REACH], points[i + REACH]), points[i][2]) for i in inner)
    rounding = 1e-9 * max(abs(loss) for _, loss, _ in points)
    return lr if slope < -rounding else None


def range_test(
    model: nn.Module,
    batches: Batches,
    optimizer: torch.optim.Optimizer,
    *,
    loss: Loss = functional.cross_entropy,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    device: str | torch.device = "cpu",
    scaler: Any = None,
    seed: int | None = None,
) -> RangeTest:
    """Train with a growing rate, note the losses, and undo the training.

    Afterwards weights, buffers, gradients, the optimizer with its rates, every module's mode, the
    random states, the scaler and the order of the batches are as they were, also after Ctrl-C (the
    test then ends cleanly, as `fit` does) and after an error. Modules whose parameters are all
    frozen stay in eval mode, as in `fit`.

    Args:
        model: maps a batch of images to logits.
        batches: gives (images, labels) anew each time it is iterated; begun again when used up.
        optimizer: holds the parameters to train. The group with the largest rate gets the rates
            of the sweep, the others keep their ratio to it; a rate of 0 stays 0.
        loss: of (logits, labels), a mean over the batch.
        low, high: ends of the sweep.
        steps: one batch each, unless the loss diverges before: a smoothed loss of more than four
            times the smallest since the tenth step, or one that is not finite, ends the test.
        device: where to compute.
        scaler: a `torch.amp.GradScaler`, if training uses one.
        seed: of the random states and the order of the data, for this test alone. Default: both as
            they come. An `EpochBatches` and a list are put into another order by it; a DataLoader
            that shuffles draws its order from it.

    Raises:
        CourseError: no batch; nothing to train; all rates 0; ends or steps that make no sweep.
    """
    rates = _rates(low, high, steps)
    shares = _shares(optimizer)
    _check(model, batches, optimizer)
    sweep = _Sweep(model, optimizer, loss, device, scaler, shares)
    with undone(model, optimizer, scaler, batches):
        try:
            sweep.run(rates, batches if seed is None else _shuffled(batches, seed))
        except KeyboardInterrupt:
            sweep.interrupted = True
            sweep.stopped = f"interrupted after {len(sweep.losses)} of {steps} steps"
    return sweep.result()


def lr_band(
    model: nn.Module,
    batches: Batches,
    optimizer: torch.optim.Optimizer,
    *,
    repeats: int = 8,
    loss: Loss = functional.cross_entropy,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    device: str | torch.device = "cpu",
    scaler: Any = None,
    seed: int = 0,
) -> Band:
    """Repeat the range test, each time over another order of the data.

    One test's suggestion depends on which pictures happened to come at which rate. The band shows
    how much, and its middle depends on it less. Batches that know only one order (a DataLoader
    without `shuffle`) give one test many times.

    Args:
        repeats: how many tests.
        seed: of the orders: the same seed gives the same band.

    The other arguments, what is undone afterwards and what is raised: as for `range_test`.
    """
    if repeats < 1:
        raise CourseError(f"repeats must be at least 1, not {repeats}.")
    tests: list[RangeTest] = []
    while len(tests) < repeats and not (tests and tests[-1].interrupted):
        tests.append(
            range_test(
                model,
                batches,
                optimizer,
                loss=loss,
                low=low,
                high=high,
                steps=steps,
                device=device,
                scaler=scaler,
                seed=seed_of(seed, len(tests)),
            )
        )
    return band_of(tests)


def band_of(tests: list[RangeTest]) -> Band:
    """What several tests say together, or why they say nothing."""
    found = sorted(math.log(test.suggestion) for test in tests if test.suggestion is not None)
    reason = _doubt(tests, found)
    if reason:
        return Band(tests, None, None, None, reason)
    low, middle, high = (float(math.exp(value)) for value in np.quantile(found, (0.1, 0.5, 0.9)))
    return Band(tests, low, high, middle, "")


# ------------------------------------------------------------------------------------ the sweep


class _Sweep:
    """One sweep under way: what it trains, and what it has noted."""

    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer,
        loss: Loss,
        device: str | torch.device,
        scaler: Any,
        shares: list[float],
    ) -> None:
        self.model, self.optimizer, self.loss = model, optimizer, loss
        self.device, self.scaler, self.shares = torch.device(device), scaler, shares
        self.lrs: list[float] = []
        self.losses: list[float] = []
        self.stopped: str | None = None
        self.interrupted = False

    def run(self, rates: list[float], batches: Batches) -> None:
        """Step through the rates until they or the model's patience end."""
        training_mode(self.model)
        average, smallest = 0.0, math.inf
        endless = _endless(batches, has_learning_batchnorm(self.model))
        for rate, (images, labels) in zip(rates, endless, strict=False):
            value = self.loss(self.model(images.to(self.device)), labels.to(self.device))
            number = value.item()
            if not math.isfinite(number):
                self.stopped = f"the loss became {number} before the step at {rate:.2g}"
                return
            self.lrs.append(rate)
            self.losses.append(number)
            average = BETA * average + (1 - BETA) * number
            smoothed = average / (1 - BETA ** len(self.losses))
            if len(self.losses) >= SETTLED:
                smallest = min(smallest, smoothed)
            if smoothed > DIVERGED * smallest > 0:
                self.stopped = f"the loss diverged at {rate:.2g}"
                return
            self._step(value, rate)

    def _step(self, value: torch.Tensor, rate: float) -> None:
        for group, share in zip(self.optimizer.param_groups, self.shares, strict=True):
            group["lr"] = rate * share
        self.optimizer.zero_grad(set_to_none=True)
        if self.scaler is None:
            value.backward()
            self.optimizer.step()
        else:
            self.scaler.scale(value).backward()
            self.scaler.step(self.optimizer)
            self.scaler.update()

    def result(self) -> RangeTest:
        """What was noted, with a suggestion or the reason why there is none."""
        smoothed = smooth(self.losses)
        suggestion = suggest_lr(self.lrs, smoothed)
        reason = self.stopped if self.interrupted else self._groundless(smoothed, suggestion)
        return RangeTest(
            self.lrs,
            self.losses,
            smoothed,
            self.stopped,
            None if reason else suggestion,
            reason or "",
            self.interrupted,
        )

    def _groundless(self, smoothed: list[float], suggestion: float | None) -> str:
        if len(smoothed) <= 2 * REACH:
            if self.stopped:
                return f"{self.stopped}, after {len(smoothed)} steps: begin at a lower rate"
            return f"{len(smoothed)} steps are too few: a slope needs {2 * REACH + 1}"
        if suggestion is None:
            begin = ": begin at a lower rate" if self.stopped else ""
            return f"the loss falls at no rate of the sweep{begin}"
        if _fall(self.losses, smoothed) < GROUND:
            return (
                "the loss falls by hardly more than it varies from batch to batch: "
                "the curve shows which rates are too large, not which is good"
            )
        edge = REACH + len(smoothed) // 20
        if suggestion <= self.lrs[edge]:
            return "the loss falls fastest where the sweep begins: begin at a lower rate"
        if suggestion >= self.lrs[-1 - edge] and not self.stopped:
            return "the loss falls fastest where the sweep ends: end at a higher rate"
        return ""


def _slope(before: tuple[float, ...], after: tuple[float, ...]) -> float:
    width = after[0] - before[0]
    return (after[1] - before[1]) / width if width > 0 else 0.0


def _fall(losses: list[float], smoothed: list[float]) -> float:
    """How far the loss falls, in standard deviations of the smoothed loss."""
    lowest = int(np.argmin(smoothed))
    # From loss to next loss the trend hardly counts; beyond the lowest point it would.
    steps = np.diff(losses[: max(lowest, 2 * REACH) + 1])
    noise = math.sqrt(float(np.mean(steps**2)) / 2 * (1 - BETA) / (1 + BETA))
    fall = float(np.mean(losses[: 2 * REACH])) - smoothed[lowest]
    return fall / noise if noise > 0 else math.copysign(math.inf, fall)


def _doubt(tests: list[RangeTest], found: list[float]) -> str:
    """Why the suggestions `found`, sorted log rates, are no ground for one; empty if they are."""
    if any(test.interrupted for test in tests):
        return f"interrupted in repeat {len(tests)}"
    if not tests:
        return "no test has been made"
    silent = [test.reason for test in tests if test.suggestion is None]
    if len(silent) * 2 > len(tests):
        usual = max(set(silent), key=silent.count)
        return f"{len(silent)} of {len(tests)} repeats found no ground: {usual}"
    if np.subtract(*np.quantile(found, (0.9, 0.1))) > math.log(WILD):
        first, last = math.exp(found[0]), math.exp(found[-1])
        return f"the repeats disagree: their suggestions go from {first:.1g} to {last:.1g}"
    return ""


def _rates(low: float, high: float, steps: int) -> list[float]:
    if not (0 < low < high < math.inf):
        raise CourseError(f"A sweep goes up from a rate above 0: not from {low} to {high}.")
    if steps < 1:
        raise CourseError(f"A sweep has at least 1 step, not {steps}.")
    return [lr_at(step, steps, low, high) for step in range(steps)]


def _shares(optimizer: torch.optim.Optimizer) -> list[float]:
    rates = [float(group["lr"]) for group in optimizer.param_groups]
    largest = max(rates)
    if not 0 < largest < math.inf:
        raise CourseError(
            "Every learning rate of the optimizer is 0, so there is no ratio between its groups to "
            "keep: give at least one group a rate above 0."
        )
    return [rate / largest for rate in rates]


def _check(model: nn.Module, batches: Batches, optimizer: torch.optim.Optimizer) -> None:
    check_trainable(model, optimizer)
    if isinstance(batches, Iterator):
        raise CourseError(
            "These batches can be gone through only once, and the test would use them up: give a "
            "list or a DataLoader."
        )


def _endless(batches: Batches, no_single: bool) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batch after batch, from the beginning again when they end."""
    while True:
        usable = False
        for images, labels in batches:
            if no_single and len(labels) == 1:
                continue  # a BatchNorm that learns cannot normalise a single picture
            usable = True
            yield images, labels
        if not usable:
            size = ", of two pictures or more" if no_single else ""
            raise CourseError(f"There is no batch to test on: give at least one{size}.")


def _shuffled(batches: Batches, seed: int) -> Batches:
    """The batches in an order of this seed; it also becomes the seed of every random state."""
    state = seed_of(seed)
    random.seed(state)
    np.random.seed(state)
    torch.default_generator.manual_seed(state)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(state)
    for generator in generators_of(batches):
        generator.manual_seed(state)
    if isinstance(batches, EpochBatches):
        order, others = batches.order, copy.copy(batches)
        others.order = Order(order.count, order.views, True, seed_of(order.seed, seed))
        others.next_epoch = 0
        return others
    return random.sample(batches, len(batches)) if isinstance(batches, list) else batches
