"""Which layers to train, and at which rates: lesson 02's experiment, over fresh draws.

    python -m benchmarks.unfreezing --seeds 5

Seed s takes draw s of the herbarium and s for the head, the views and the order. Every choice sees
the same augmented views, the same number of epochs and the same cycle of the learning rate. The
rates of each choice were chosen on draws from 100 up (`--first 100 --rates`).
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import field_transform, plain_transform
from helpers.randomness import random_state
from helpers.training.views import EpochBatches, Order, SeededViews, Transform

VIEWS, EPOCHS, BATCH = 4, 12, 32
SPLITS = ("valid", "test")
ONE, TWO = ("layer4",), ("layer3", "layer4")
ALL = ("conv1", "bn1", "layer1", "layer2", *TWO)
Row = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    """What is trained beside the head, and how fast.

    Attributes:
        stages: from input to output.
        lr: of the head.
        factor: each stage learns this many times slower than the part after it.
        learn_norms: whether the BatchNorms of the stages learn, statistics and all.
        gradual: the head first; one more stage after each quarter of the epochs.
    """

    stages: tuple[str, ...] = ()
    lr: float = 0.005
    factor: float = 3.0
    learn_norms: bool = False
    gradual: bool = False


CHOICES = {
    "head alone": Choice(lr=0.01),
    "last stage, falling 3x": Choice(ONE),
    "last two, falling 3x": Choice(TWO),
    "last two, falling 3x, gradually": Choice(TWO, gradual=True),
    "last two, falling 3x, norms learn": Choice(TWO, learn_norms=True),
    "last two, one rate of 0.005": Choice(TWO, factor=1),
    "last two, one rate of 0.001": Choice(TWO, 0.001, factor=1),
    "everything, falling 3x": Choice(ALL),
    "everything, one rate of 0.001": Choice(ALL, 0.001, factor=1),
}
RATES = (0.0003, 0.001, 0.003, 0.005, 0.01, 0.03)


class Pixels:
    """The augmented views themselves, for networks that are trained from the first layer on."""

    def __init__(self, pictures: data.Pictures, transform: Transform, seed: int) -> None:
        views = SeededViews(pictures, transform, VIEWS, seed)
        rows = [[views[i, k] for k in range(VIEWS)] for i in range(len(pictures))]
        self.values = torch.stack([torch.stack(row) for row in rows])
        self.labels = pictures.labels

    def batches(self, seed: int) -> EpochBatches:
        order = Order(len(self.labels), VIEWS, True, seed)
        return EpochBatches(order, BATCH, self.labels, self._fetch)

    def _fetch(self, indices: torch.Tensor, views: torch.Tensor) -> torch.Tensor:
        return self.values[indices, views].contiguous(memory_format=torch.channels_last)


class Draw:
    """One draw of the herbarium, and what is needed to train on it again and again."""

    def __init__(self, seed: int) -> None:
        self.seed, self.pictures = seed, data.herbarium(draw=seed)
        config = models.config_of(models.backbone("lite0", len(self.pictures.classes)))
        self.plain = plain_transform(config.size, config.mean, config.std)
        self.field = field_transform(config.size, config.mean, config.std)
        self._pixels: Pixels | None = None

    def model(self, choice: Choice) -> nn.Module:
        """A fresh network, frozen and unfrozen as the choice says."""
        model = models.backbone("lite0", len(self.pictures.classes), self.seed)
        training.unfreeze(model, choice.stages)
        if choice.learn_norms:
            for stage in choice.stages:
                model.get_submodule(stage).requires_grad_(True)
        return model

    def training(self, model: nn.Module, choice: Choice) -> tuple[nn.Module, EpochBatches]:
        """What to train, and on what: the tail on activations, or all of it on pixels."""
        if choice.stages == ALL:
            if self._pixels is None:
                self._pixels = Pixels(self.pictures.train, self.field, self.seed)
            return model, self._pixels.batches(self.seed)
        cache = training.PrefixCache(
            model, self.pictures.train, self.field, VIEWS, self.seed, fold=True, progress=False
        )
        return cache.tail, cache.batches(BATCH, shuffle=True, seed=self.seed)

    def accuracies(self, model: nn.Module, tail: nn.Module) -> Row:
        """On the plain pictures of each split; through activations where training took them."""
        row: Row = {}
        for split in SPLITS:
            pictures = getattr(self.pictures, split)
            row[split] = training.evaluate(tail, self._plainly(model, tail, pictures))[1]
        return row

    def _plainly(
        self, model: nn.Module, tail: nn.Module, pictures: data.Pictures
    ) -> Iterable[tuple[torch.Tensor, torch.Tensor]]:
        if tail is model:
            return data.batches(pictures.with_transform(self.plain), 64)
        cache = training.PrefixCache(model, pictures, self.plain, fold=True, progress=False)
        return cache.batches(128)


def run(draw: Draw, choice: Choice) -> Row:
    """Train one choice on one draw: accuracies, numbers that are trained."""
    model = draw.model(choice)
    tail, batches = draw.training(model, choice)
    train = _gradually if choice.gradual else _at_once
    with random_state(draw.seed):
        stopped = train(model, tail, batches, choice)
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return {
        **draw.accuracies(model, tail),
        "trainable": trainable,
        "stopped": stopped,
    }


def _at_once(
    model: nn.Module, tail: nn.Module, batches: EpochBatches, choice: Choice
) -> str | None:
    parts = [*choice.stages, models.head_name(model)]
    groups = training.discriminative_groups(model, parts, choice.lr, choice.factor)
    optimizer = torch.optim.AdamW(groups)
    scheduler = one_cycle(optimizer, EPOCHS * len(batches))
    history = training.fit(
        tail, batches, epochs=EPOCHS, optimizer=optimizer, scheduler=scheduler, progress=False
    )
    return history.stopped


def _gradually(
    model: nn.Module, tail: nn.Module, batches: EpochBatches, choice: Choice
) -> str | None:
    """Stages join the same optimizer and the same cycle, from the head towards the input."""
    for stage in choice.stages:
        model.get_submodule(stage).requires_grad_(False)
    head = model.get_submodule(models.head_name(model)).parameters()
    optimizer = torch.optim.AdamW(head, lr=choice.lr)
    scheduler = one_cycle(optimizer, EPOCHS * len(batches))
    quarter = EPOCHS // 4
    lengths = [*[quarter] * len(choice.stages), EPOCHS - quarter * len(choice.stages)]
    stopped = None
    for step, epochs in enumerate(lengths):
        if step:
            weights = _without_norms(model.get_submodule(choice.stages[-step]))
            rate = choice.lr / choice.factor**step
            training.join(optimizer, weights, rate, schedulers=[scheduler])
        history = training.fit(
            tail, batches, epochs=epochs, optimizer=optimizer, scheduler=scheduler, progress=False
        )
        stopped = stopped or history.stopped
    return stopped


def _without_norms(stage: nn.Module) -> list[nn.Parameter]:
    """Unfreeze a stage, but not its BatchNorms, as `training.unfreeze` does."""
    weights = [
        parameter
        for module in stage.modules()
        if not isinstance(module, nn.modules.batchnorm._BatchNorm)
        for parameter in module.parameters(recurse=False)
    ]
    for parameter in weights:
        parameter.requires_grad_(True)
    return weights


def one_cycle(optimizer: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.OneCycleLR:
    """Up for a quarter of the steps, then down to nothing; Adam's betas stay as they are."""
    peaks = [group["lr"] for group in optimizer.param_groups]
    return torch.optim.lr_scheduler.OneCycleLR(
        optimizer, peaks, total_steps=steps, pct_start=0.25, cycle_momentum=False
    )


def summary(rows: list[Row]) -> dict[str, Any]:
    """Mean, smallest and largest over the seeds; empty without rows."""
    if not rows:
        return {}
    return {
        key: {
            "mean": round(statistics.mean(row[key] for row in rows), 4),
            "min": round(min(row[key] for row in rows), 4),
            "max": round(max(row[key] for row in rows), 4),
        }
        for key in (*SPLITS, "trainable")
    }


def line(name: str, figures: dict[str, Any]) -> str:
    """One row of the printed table."""
    cells = [
        f"{split} {figures[split]['mean']:6.1%} "
        f"({figures[split]['min']:.1%} to {figures[split]['max']:.1%})"
        for split in SPLITS
    ]
    return f"{name:34s} {'  '.join(cells)}  {figures['trainable']['mean']:9,.0f} trained"


class Results:
    """What has been run, kept after every run: one that is stopped goes on where it was."""

    def __init__(self, name: str, choices: Mapping[str, Choice], afresh: bool) -> None:
        self.name, self.choices = name, choices
        self.rows: dict[str, dict[str, Row]] = {choice: {} for choice in choices}
        path = report.RESULTS / f"{name}.json"
        if path.is_file() and not afresh:
            old = json.loads(path.read_text(encoding="utf-8"))
            for choice, settings in self._what().items():
                if old["what"].get(choice) == settings and old["epochs"] == EPOCHS:
                    self.rows[choice] = old["rows"][choice]

    def add(self, choice: str, seed: int, row: Row) -> None:
        self.rows[choice][str(seed)] = row
        content = {
            "what": self._what(),
            "epochs": EPOCHS,
            "views": VIEWS,
            "machine": report.machine(),
            "summary": {name: summary(list(rows.values())) for name, rows in self.rows.items()},
            "rows": self.rows,
        }
        report.save(self.name, content)

    def _what(self) -> dict[str, Any]:
        """The settings, as they come back from a file."""
        return {
            name: {**vars(choice), "stages": list(choice.stages)}
            for name, choice in self.choices.items()
        }


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every choice on every draw, print the table, write results/unfreezing.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws")
    parser.add_argument("--first", type=int, default=1, help="the first draw")
    parser.add_argument("--choices", nargs="+", choices=list(CHOICES), default=list(CHOICES))
    parser.add_argument("--rates", nargs="*", type=float, help="try each choice at these rates")
    parser.add_argument("--save", default="unfreezing", help="name of the file in results/")
    parser.add_argument("--afresh", action="store_true", help="forget what was run before")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    choices = {name: CHOICES[name] for name in chosen.choices}
    if chosen.rates is not None:
        choices = {
            f"{name} at {rate:g}": replace(choice, lr=rate)
            for name, choice in choices.items()
            for rate in chosen.rates or RATES
        }
    results = Results(chosen.save, choices, chosen.afresh)
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        missing = [name for name in choices if str(seed) not in results.rows[name]]
        draw = Draw(seed) if missing else None
        for name in missing:
            assert draw is not None
            row = run(draw, choices[name])
            results.add(name, seed, row)
            print(f"draw {seed}  {line(name, summary([row]))}", flush=True)
    print()
    for name, found in results.rows.items():
        print(line(name, summary(list(found.values()))))


if __name__ == "__main__":
    main()
