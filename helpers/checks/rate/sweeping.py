"""What range tests are tried on: a model, batches, a loss and an optimizer that note their use.

Everything is float64, so that rounding on another machine cannot grow into another curve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from helpers.checks.core import Evidence, draw_until, rng
from helpers.checks.watched import modes_of
from helpers.training import training_mode

FEATURES, HIDDEN, CLASSES = 4, 6, 3
BATCH, BATCHES = 16, 11
BETA, DIVERGED = 0.9, 4.0
MAX_NOTES = 400


class Interrupted(KeyboardInterrupt):
    """Somebody presses Ctrl-C. A class of its own: a real one goes through."""


class BrokenLoss(RuntimeError):
    """Something goes wrong in the middle of a sweep."""


class Notes:
    """What happened during a range test; copies of a model write into the same notes."""

    def __init__(self) -> None:
        self.passes: list[Evidence] = []
        self.steps: list[list[float]] = []
        self.loads: list[str] = []
        self.copies = 0

    def __deepcopy__(self, memo: dict[int, Any]) -> Notes:
        self.copies += 1
        return self


class SweptModel(nn.Module):
    """A frozen trunk, a body with BatchNorm, dropout, a head: [N, 4] -> [N, 3]."""

    def __init__(self, generator: np.random.Generator, dropout: float, notes: Notes) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(FEATURES, HIDDEN), nn.BatchNorm1d(HIDDEN), nn.Tanh())
        self.body = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.BatchNorm1d(HIDDEN), nn.Tanh())
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(HIDDEN, CLASSES)
        self.notes = notes
        self.double()
        for name, tensor in self.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            values = generator.normal(0, 0.7, tuple(tensor.shape))
            tensor.copy_(torch.from_numpy(0.5 + np.abs(values) if "var" in name else values))
        self.fc.weight.data.mul_(0.3)  # small logits: losses of a calm sweep stay close together
        self.trunk.requires_grad_(False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if len(self.notes.passes) < MAX_NOTES:
            self.notes.passes.append({
                "modes": modes_of(self),
                "first": plain(images.detach().flatten()[0]),
                "head": plain(self.fc.weight.detach().sum()),
            })  # fmt: skip
        logits: torch.Tensor = self.fc(self.dropout(self.body(self.trunk(images))))
        return logits

    def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        self.notes.loads.append("model")
        return super().load_state_dict(*args, **kwargs)


class _Noting(torch.optim.Optimizer):
    """Writes down the rates of every step; a copy does so too."""

    notes: Notes | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "notes": self.notes}

    def note_step(self) -> None:
        if self.notes is not None and len(self.notes.steps) < MAX_NOTES:
            self.notes.steps.append([plain(group["lr"]) for group in self.param_groups])

    def load_state_dict(self, state_dict: Any) -> None:
        if self.notes is not None:
            self.notes.loads.append("optimizer")
        super().load_state_dict(state_dict)


class NotingSGD(_Noting, torch.optim.SGD):
    def step(self, closure: Any = None) -> Any:
        self.note_step()
        return super().step(closure)


class NotingAdam(_Noting, torch.optim.Adam):
    def step(self, closure: Any = None) -> Any:
        self.note_step()
        return super().step(closure)


class Squares:
    """Mean squared distance to the right answer; one call may go wrong on purpose.

    `values`, where there are any, are what the calls give instead, one after another; the gradients
    stay those of the distance.
    """

    def __init__(self, fault: str, at: int, values: Sequence[float] = ()) -> None:
        self.fault, self.at, self.values, self.calls = fault, at, values, 0

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        self.calls += 1
        wanted = nn.functional.one_hot(labels, CLASSES).to(logits.dtype)
        loss = ((logits - wanted) ** 2).mean()
        if self.calls <= len(self.values):
            return loss + (self.values[self.calls - 1] - loss.detach())
        if self.calls != self.at + 1 or not self.fault:
            return loss
        if self.fault == "interrupt":
            raise Interrupted
        if self.fault == "error":
            raise BrokenLoss("this batch cannot be computed")
        return loss * float(self.fault)


class Batches:
    """(images, labels) anew, in the same order, each time it is iterated."""

    def __init__(self, pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> None:
        self.pairs = pairs

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for images, labels in self.pairs:
            yield images.clone(), labels.clone()


@dataclass
class Bench:
    """All that one call of range_test is given, and the notes taken on the way."""

    model: SweptModel
    batches: Batches
    loss_fn: Squares
    optimizer: torch.optim.Optimizer
    low: float
    high: float
    steps: int
    notes: Notes = field(repr=False)

    @property
    def arguments(self) -> tuple[Any, ...]:
        return (
            self.model, self.batches, self.loss_fn, self.optimizer, self.low, self.high, self.steps,
        )  # fmt: skip

    @property
    def rates(self) -> np.ndarray:
        """The right rate of every step."""
        share = np.arange(self.steps) / (self.steps - 1)
        return self.low * (self.high / self.low) ** share

    @property
    def ratios(self) -> np.ndarray:
        """The rate of every group, relative to the largest."""
        rates = np.array([group["lr"] for group in self.optimizer.param_groups], dtype=np.float64)
        return rates / rates.max()


@dataclass(frozen=True)
class Plan:
    """One case: which optimizer, whether it was used before, and what goes wrong when."""

    name: str
    groups: int = 3
    adam: bool = False
    momentum: float = 0.9
    used: bool = True
    stale_gradients: bool = False
    dropout: float = 0.0
    mode: str = "evaluation"
    fault: str = ""
    diverges: bool = False
    climbs: bool = False

    @property
    def is_cut_off(self) -> bool:
        """Whether the sweep cannot end by itself."""
        return self.fault in ("interrupt", "error")

    @property
    def stops_early(self) -> bool:
        """Whether the sweep ends before its last step."""
        return bool(self.fault) or self.diverges or self.climbs

    def build(self, seed: int) -> Bench:
        """The same bench every time, from new objects."""
        draw, notes = rng(seed, f"sweep-{self.name}"), Notes()
        model = SweptModel(draw, self.dropout, notes)
        batches = Batches([_batch(draw) for _ in range(BATCHES)])
        optimizer = self._optimizer(model, draw)
        fault_at = int(draw.integers(7, 10))
        low, high = 10 ** draw.uniform([-4.3, -1.9], [-3.7, -1.6])
        steps = int(draw.integers(16, 20))
        if self.diverges:
            low, high, steps = 1e-2, float(draw.uniform(150, 300)), 44
        values = draw_until(seed, "climb", _climb, _tells_rules_apart) if self.climbs else ()
        if self.climbs:
            low, high, steps = 1e-7, 1e-5, len(values)
        if self.used:
            _one_step(model, batches, optimizer)
        _set_gradients(model, draw if self.stale_gradients else None)
        self._set_mode(model)
        notes.passes.clear()
        optimizer.notes = notes
        loss_fn = Squares(self.fault, fault_at, values)
        return Bench(model, batches, loss_fn, optimizer, float(low), float(high), steps, notes)

    def _optimizer(self, model: SweptModel, draw: np.random.Generator) -> NotingSGD | NotingAdam:
        top = float(draw.uniform(0.02, 0.05))
        body, norm = model.body[0], model.body[1]
        groups: list[dict[str, Any]] = [
            {"params": list(body.parameters()), "lr": top / float(draw.uniform(4, 8))},
            {"params": list(model.fc.parameters()), "lr": top},
            {"params": list(norm.parameters()), "lr": 0.0},
        ]
        if self.groups == 1:
            groups = [{"params": [p for p in model.parameters() if p.requires_grad], "lr": top}]
        if self.adam:
            return NotingAdam(groups[: self.groups], lr=top)
        return NotingSGD(groups[: self.groups], lr=top, momentum=self.momentum)

    def _set_mode(self, model: SweptModel) -> None:
        model.train(self.mode == "training")
        if self.mode == "training":
            model.trunk.eval()
            model.dropout.eval()


PLANS = (
    Plan("full"),
    Plan("noisy", groups=1, used=False, stale_gradients=True, dropout=0.5, mode="training"),
    Plan("diverges", groups=1, momentum=0.0, used=False, diverges=True, mode="training"),
    Plan("climbs", groups=1, momentum=0.0, used=False, climbs=True, mode="training"),
    Plan("nan", adam=True, groups=2, stale_gradients=True, dropout=0.5, fault="nan"),
    Plan("inf", groups=2, dropout=0.5, mode="training", fault="inf"),
    Plan("error", groups=2, adam=True, fault="error"),
    Plan("interrupt", stale_gradients=True, dropout=0.5, mode="training", fault="interrupt"),
)


def _batch(draw: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    images = torch.from_numpy(draw.normal(size=(BATCH, FEATURES)))
    return images, torch.from_numpy(draw.integers(0, CLASSES, size=BATCH))


def _one_step(model: SweptModel, batches: Batches, optimizer: torch.optim.Optimizer) -> None:
    training_mode(model)
    model.dropout.eval()  # its random numbers are not the seed's
    images, labels = batches.pairs[0]
    with torch.enable_grad():
        Squares("", 0)(model(images), labels).backward()
    optimizer.step()


def _set_gradients(model: SweptModel, draw: np.random.Generator | None) -> None:
    """No gradients; or some left over on the head and the body, none on the rest."""
    for name, parameter in model.named_parameters():
        left_over = draw is not None and name.startswith(("fc", "body.0"))
        parameter.grad = None
        if draw is not None and left_over:
            values = draw.normal(0, 0.1, tuple(parameter.shape))
            parameter.grad = torch.from_numpy(values)


def plain(value: Any) -> float:
    """A number as evidence may hold it: finite."""
    number = float(value)
    return number if np.isfinite(number) else 1e300


@dataclass(frozen=True)
class Curve:
    """What the right range test returns, and the smoothed losses it looks at."""

    rates: np.ndarray
    losses: np.ndarray
    smoothed: np.ndarray

    @property
    def stops(self) -> tuple[int, int] | None:
        """The fewest and the most points a right answer may have when the loss runs away.

        The point that diverged may be kept or not.
        """
        at = runs_away_at(self.smoothed)
        return None if at is None else (at, at + 1)


def runs_away_at(values: np.ndarray, times: float = DIVERGED) -> int | None:
    """The first place with more than so many times the smallest value before it, if any."""
    away = values > times * np.minimum.accumulate(values)
    return int(away.argmax()) if away.any() else None


def _climb(draw: np.random.Generator) -> list[float]:
    """Losses that fall, with one much too high and one much too low, and then climb slowly."""
    falling = np.linspace(2.0, 1.0, 14) * draw.uniform(0.9, 1.1, 14)
    falling[int(draw.integers(3, 5))] *= 5
    falling[int(draw.integers(6, 9))] *= 0.3
    climbing = draw.uniform(1.11, 1.14) ** np.arange(1, 33) * draw.uniform(0.95, 1.05, 32)
    return [float(value) for value in (*falling, *climbing)]


def _tells_rules_apart(losses: Sequence[float]) -> bool:
    """Whether the smoothed loss runs away long after single ones, and at 4 times, not 3 or 5."""
    average = smoothed(np.array(losses))
    stops = [runs_away_at(average, times) for times in (3.2, 3.9, 4.0, 4.1, 4.8)]
    single = runs_away_at(np.array(losses))
    if single is None or any(stop is None for stop in stops):
        return False
    low, just, right, late, high = (int(stop or 0) for stop in stops)
    clear = just == right == late and low < right - 1 and right + 1 < high < len(losses) - 1
    return clear and single < 5


def right_curve(bench: Bench, accumulate: bool = False, after: bool = False) -> Curve:
    """The sweep, up to the step at which its smoothed loss runs away; or with a mistake in it."""
    losses: list[float] = []
    ratios = bench.ratios
    model, optimizer = bench.model, bench.optimizer
    training_mode(model)
    for step, rate in enumerate(bench.rates):
        images, labels = bench.batches.pairs[step % len(bench.batches)]
        for group, ratio in zip(optimizer.param_groups, ratios, strict=True):
            group["lr"] = float(rate * ratio)
        loss = bench.loss_fn(model(images), labels)
        if not accumulate:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if after:
            loss = bench.loss_fn(model(images), labels)
        losses.append(plain(loss.detach()))
        average = smoothed(np.array(losses))
        if average[-1] > DIVERGED * average.min():
            break
    return Curve(bench.rates, np.array(losses), smoothed(np.array(losses)))


def smoothed(losses: np.ndarray, beta: float = BETA) -> np.ndarray:
    """Bias-corrected exponential averages."""
    average, values = 0.0, []
    for number, loss in enumerate(losses, start=1):
        average = beta * average + (1 - beta) * float(loss)
        values.append(average / (1 - beta**number))
    return np.array(values)
