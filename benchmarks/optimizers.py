"""Optimizers and schedules: lesson 04's experiments over fresh draws of the herbarium.

    python -m benchmarks.optimizers --seeds 5
    python -m benchmarks.optimizers --seeds 5 --stages

Seed s takes draw s, and s for the views. The first command trains the head on cached features: five
optimizers, each at the middle of its own band of range tests and at one rate for all; then
schedules at several peak rates. Every run is repeated with three heads and orders. The second
command unfreezes the last stages and anneals them, or does not; it goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer, lr_scheduler

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import field_transform, plain_transform
from helpers.randomness import random_state
from helpers.training import lr_finder

EPOCHS, REPEATS, BAND, LAST = 12, 3, 8, 5  # LAST: epochs over which a run should have settled
VIEWS = 4
SAME = 0.001  # the one rate for all: the default of Adam, AdamW and many a page
FACTORS = (1 / 3, 1.0, 3.0, 10.0, 30.0)
PEAKED = ("SGD", "AdamW")
SPLITS = ("valid", "test")
KEPT = ("valid", "test", "valid_loss", "test_loss", "restless", "stopped")
Row = dict[str, Any]

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True),
    "Adam": torch.optim.Adam,
    "AdamW": torch.optim.AdamW,
    "Adadelta": torch.optim.Adadelta,
    "RMSprop": torch.optim.RMSprop,
}


def _one_cycle(optimizer: Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Up for a quarter of the steps, then down to nothing; momentum the other way, if any."""
    peaks = [group["lr"] for group in optimizer.param_groups]
    momentum = isinstance(optimizer, torch.optim.SGD) or "betas" in optimizer.defaults
    return lr_scheduler.OneCycleLR(
        optimizer, peaks, total_steps=steps, pct_start=0.25, cycle_momentum=momentum
    )


def _rise(optimizer: Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """The first half of one cycle: up for a quarter of the steps, and then constant."""
    top = 0.25 * steps - 1

    def share(step: int) -> float:
        way = min(1.0, step / top)
        return 1 / 25 + (1 - 1 / 25) * (1 - math.cos(math.pi * way)) / 2

    return lr_scheduler.LambdaLR(optimizer, share)


def _triangles(optimizer: Optimizer, steps: int) -> lr_scheduler.LRScheduler:
    """Three triangles from a tenth of the rate to all of it and back."""
    peak = optimizer.param_groups[0]["lr"]
    half = math.ceil(steps / 6)
    return lr_scheduler.CyclicLR(optimizer, peak / 10, peak, half, cycle_momentum=False)


SCHEDULES: dict[str, Callable[[Optimizer, int], lr_scheduler.LRScheduler | None]] = {
    "constant": lambda optimizer, steps: None,
    "steps": lambda optimizer, steps: lr_scheduler.StepLR(optimizer, math.ceil(steps / 3)),
    "cosine": lr_scheduler.CosineAnnealingLR,
    "restarts": lambda optimizer, steps: lr_scheduler.CosineAnnealingWarmRestarts(
        optimizer, math.ceil(steps / 3), T_mult=2
    ),
    "triangles": _triangles,
    "one cycle": _one_cycle,
    "rise": _rise,
}
HEAD = ("constant", "steps", "cosine", "restarts", "triangles", "one cycle")
# With the last stages: (stages, views, epochs, peak rate, schedule).
LESSON, CLIMB = (("layer4",), 2, 6), (("layer3", "layer4"), 4, 12)
STAGES: dict[str, tuple[tuple[str, ...], int, int, float, str]] = {
    f"{'last stage' if part is LESSON else 'last two'}, {schedule} at {rate:g}": (
        *part,
        rate,
        schedule,
    )
    for part, rates in ((LESSON, (0.001, 0.002, 0.005)), (CLIMB, (0.001, 0.005)))
    for rate in rates
    for schedule in ("constant", "rise", "cosine", "restarts", "one cycle")
}


class Part:
    """What is trained of a network on one draw, on activations of what comes before."""

    def __init__(
        self, pictures: data.PictureSet, seed: int, stages: Sequence[str] = (), views: int = VIEWS
    ) -> None:
        self.model = models.backbone("lite0", len(pictures.classes), seed)
        training.unfreeze(self.model, stages)
        config = models.config_of(self.model)
        field = field_transform(config.size, config.mean, config.std)
        plain = plain_transform(config.size, config.mean, config.std)
        self.train = training.PrefixCache(
            self.model, pictures.train, field, views, seed, fold=True, progress=False
        )
        self.held_out = {
            split: training.PrefixCache(
                self.model, getattr(pictures, split), plain, fold=True, progress=False
            )
            for split in SPLITS
        }
        self.tail = self.train.tail
        self.fresh = {name: value.clone() for name, value in self.tail.state_dict().items()}

    def reset(self, seed: int) -> None:
        """Everything as it was, and a fresh head."""
        self.tail.load_state_dict(self.fresh)
        head = self.model.get_submodule(models.head_name(self.model))
        assert isinstance(head, nn.Linear)
        fresh = models.fresh_linear(head.in_features, head.out_features, seed)
        head.load_state_dict(fresh.state_dict())

    def trained(self) -> list[nn.Parameter]:
        """The parameters that learn."""
        return [p for p in self.tail.parameters() if p.requires_grad]

    def found(self, kind: str) -> Row:
        """The band of range tests of an optimizer, from a fresh head."""
        self.reset(0)
        optimizer = OPTIMIZERS[kind](self.trained(), lr=1e-3)
        batches = self.train.batches(shuffle=True)
        band = lr_finder.lr_band(self.tail, batches, optimizer, repeats=BAND)
        assert band.suggestion is not None, band.reason
        return {"rate": band.suggestion, "low": band.low, "high": band.high}

    def run(self, kind: str, lr: float, schedule: str, seed: int, epochs: int = EPOCHS) -> Row:
        """One run: how it ends on each split, and how restless it was before."""
        self.reset(seed)
        batches = self.train.batches(shuffle=True, seed=seed)
        optimizer = OPTIMIZERS[kind](self.trained(), lr=lr)
        scheduler = SCHEDULES[schedule](optimizer, epochs * len(batches))
        with random_state(seed):
            history = training.fit(
                self.tail,
                batches,
                epochs=epochs,
                optimizer=optimizer,
                scheduler=scheduler,
                valid=self.held_out["valid"].batches(128),
                progress=False,
            )
        row: Row = {"stopped": history.stopped}
        for split, cache in self.held_out.items():
            loss, row[split] = training.evaluate(self.tail, cache.batches(128))
            row[f"{split}_loss"] = loss if math.isfinite(loss) else None
        late = [epoch.valid_accuracy or 0.0 for epoch in history.epochs[-LAST:]]
        row["restless"] = statistics.pstdev(late) if late else None
        row["course"] = [epoch.valid_accuracy for epoch in history.epochs]
        return row


def _repeated(part: Part, kind: str, lr: float, schedule: str) -> Row:
    rows = [part.run(kind, lr, schedule, seed) for seed in range(REPEATS)]
    return {"rate": _short(lr), "runs": [{k: _short(row[k]) for k in KEPT} for row in rows]}


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def head_alone(seed: int) -> Row:
    """The race and the schedules on one draw."""
    part = Part(data.herbarium(draw=seed), seed)
    bands = {kind: part.found(kind) for kind in OPTIMIZERS}
    row: Row = {"bands": bands, "race": {}, "peaks": {}}
    for kind, band in bands.items():
        for name, rate, schedule in (
            ("found", band["rate"], "constant"),
            ("same", SAME, "constant"),
            ("one cycle", band["rate"], "one cycle"),
        ):
            row["race"][f"{kind}, {name}"] = _repeated(part, kind, rate, schedule)
    for kind in PEAKED:
        for factor in FACTORS:
            for schedule in HEAD:
                rate = factor * bands[kind]["rate"]
                name = f"{kind} x {factor:.2g}, {schedule}"
                row["peaks"][name] = _repeated(part, kind, rate, schedule)
    return row


def stage_run(pictures: data.PictureSet, seed: int, name: str) -> Row:
    """One of STAGES on one draw, with AdamW."""
    stages, views, epochs, rate, schedule = STAGES[name]
    part = Part(pictures, seed, stages, views)
    return part.run("AdamW", rate, schedule, seed, epochs)


# ----------------------------------------------------------------------------------- figures


def figures(runs: Iterable[Sequence[Row]]) -> Row:
    """Mean over draws of the mean over the runs of each; smallest and largest of those means."""
    made: Row = {}
    rows = list(runs)
    for key in ("valid", "test", "valid_loss", "test_loss", "restless"):
        known = [[run[key] for run in draw if run[key] is not None] for draw in rows]
        means = [statistics.mean(draw) for draw in known if draw]
        if means:
            made[key] = [round(f(means), 4) for f in (statistics.mean, min, max)]
    made["broken off"] = sum(run["stopped"] is not None for draw in rows for run in draw)
    return made


def summary(rows: Sequence[Row]) -> Row:
    """Figures of every run of the head, and the middle of every band."""
    made: Row = {
        part: {name: figures(row[part][name]["runs"] for row in rows) for name in rows[0][part]}
        for part in ("race", "peaks")
    }
    made["rates"] = {}
    for kind in OPTIMIZERS:
        rates = [row["bands"][kind]["rate"] for row in rows]
        made["rates"][kind] = [
            float(f"{f(rates):.3g}") for f in (statistics.geometric_mean, min, max)
        ]
    return made


def line(name: str, row: Row) -> str:
    """One row of the printed table."""
    cells = [
        f"{split} {row[split][0]:6.1%} ({row[split][1]:.1%} to {row[split][2]:.1%})"
        for split in SPLITS
    ]
    loss = f"loss {row['valid_loss'][0]:.3f}" if "valid_loss" in row else "loss -"
    return f"{name:32s} {'  '.join(cells)}  {loss}  restless {row['restless'][0]:.2%}"


def show(means: Row) -> None:
    """Print a summary."""
    for kind, rate in means["rates"].items():
        print(f"{kind:10s} found {rate[0]:.3g} ({rate[1]:.3g} to {rate[2]:.3g})")
    for part in ("race", "peaks"):
        for name, row in means[part].items():
            print(line(name, row))


# ---------------------------------------------------------------------------------- commands


def run_head(seeds: Sequence[int], name: str) -> None:
    """Run the head on every draw; write results/<name>.json."""
    rows = []
    for seed in seeds:
        rows.append(head_alone(seed))
        print(f"draw {seed} done", flush=True)
    means = summary(rows)
    content = {
        "what": "five optimizers at the rate found for each; schedules at several peaks; the head",
        "epochs": EPOCHS,
        "views": VIEWS,
        "repeats": REPEATS,
        "seeds": list(seeds),
        "machine": report.machine(),
        "summary": means,
        "rows": rows,
    }
    report.save(name, content)
    show(means)


def run_stages(seeds: Sequence[int], name: str, wanted: str) -> None:
    """Run what is missing of STAGES, keep it after every run, print the table."""
    path = report.RESULTS / f"{name}.json"
    rows: dict[str, dict[str, Row]] = {}
    if path.is_file():
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
    chosen = [choice for choice in STAGES if choice.startswith(wanted)]
    for seed in seeds:
        missing = [choice for choice in chosen if str(seed) not in rows.get(choice, {})]
        pictures = data.herbarium(draw=seed) if missing else None
        for choice in missing:
            assert pictures is not None
            rows.setdefault(choice, {})[str(seed)] = stage_run(pictures, seed, choice)
            means = {
                each: figures([[run] for run in found.values()]) for each, found in rows.items()
            }
            content = {"machine": report.machine(), "summary": means, "rows": rows}
            report.save(name, {"what": {k: list(v) for k, v in STAGES.items()}, **content})
            print(f"draw {seed}  {line(choice, figures([[rows[choice][str(seed)]]]))}", flush=True)
    print()
    for choice in chosen:
        if choice in rows:
            print(line(choice, figures([[run] for run in rows[choice].values()])))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run on every draw, print means, write results/optimizers.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws")
    parser.add_argument("--first", type=int, default=1, help="the first draw")
    parser.add_argument("--save", default="optimizers", help="name of the file in results/")
    parser.add_argument(
        "--stages", nargs="?", const="last", help="unfreeze: 'last stage', 'last two', or both"
    )
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    if chosen.stages:
        run_stages(seeds, f"{chosen.save}_stages", chosen.stages)
    else:
        run_head(seeds, chosen.save)


if __name__ == "__main__":
    main()
