"""What a found learning rate is worth: lesson 03's experiments over fresh draws of the herbarium.

    python -m benchmarks.learning_rate --seeds 5

Seed s takes draw s, and s for the head and the views. On each: the band of the range test with a
fresh head on the frozen backbone; short runs at its middle, at ten times less and ten times more;
the same with the last stage unfrozen, at one rate for all and at a tenth for the stage; and the
test on a head that has been trained already. SGD with Nesterov momentum of 0.9, constant rates.
"""

from __future__ import annotations

import argparse
import copy
import math
import statistics
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks import report
from helpers import data, models, training
from helpers.training import lr_finder

VIEWS = {"head": 4, "stage": 2}
EPOCHS = 8
REPEATS = {"head": 8, "stage": 4}
FACTORS = {"10 times too small": 0.1, "found": 1.0, "10 times too large": 10.0}
STAGE_FACTOR = 10.0  # the stage learns so many times slower than the head
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "SGD": lambda groups, lr: torch.optim.SGD(groups, lr=lr, momentum=0.9, nesterov=True),
    "Adam": lambda groups, lr: torch.optim.Adam(groups, lr=lr),
}
Row = dict[str, Any]


class Part:
    """A part of a network that is trained, on stored activations of what comes before it."""

    def __init__(self, pictures: data.PictureSet, seed: int, with_stage: bool) -> None:
        self.model = models.backbone("lite0", len(pictures.classes), seed)
        config = models.config_of(self.model)
        self.names = [config.stages[-1], config.head] if with_stage else [config.head]
        training.unfreeze(self.model, self.names[:-1])
        inputs = (config.size, config.mean, config.std)
        self.train = training.PrefixCache(
            self.model,
            pictures.train,
            data.field_transform(*inputs),
            VIEWS["stage" if with_stage else "head"],
            seed,
            fold=True,
            progress=False,
        )
        self.valid = training.PrefixCache(
            self.model, pictures.valid, data.plain_transform(*inputs), fold=True, progress=False
        )
        self.fresh = copy.deepcopy(self.model.state_dict())

    def reset(self) -> None:
        """A fresh head, and the stage as it came."""
        own = [(name, p) for name, p in self.model.named_parameters() if p.requires_grad]
        with torch.no_grad():
            for name, parameter in own:
                parameter.copy_(self.fresh[name])

    def optimizer(self, kind: str, lr: float, factor: float) -> torch.optim.Optimizer:
        groups = training.discriminative_groups(self.model, self.names, lr, factor)
        return OPTIMIZERS[kind](groups, lr)

    def band(self, kind: str, repeats: int, factor: float = 1.0) -> lr_finder.Band:
        """Range tests from the present weights, each over another order of the pictures."""
        batches = self.train.batches(shuffle=True)
        return lr_finder.lr_band(
            self.train.tail, batches, self.optimizer(kind, 1e-3, factor), repeats=repeats
        )

    def run(self, kind: str, lr: float, factor: float = 1.0) -> Row:
        """A short run from a fresh head: the last epoch, and validation loss after each."""
        self.reset()
        history = training.fit(
            self.train.tail,
            self.train.batches(shuffle=True),
            epochs=EPOCHS,
            optimizer=self.optimizer(kind, lr, factor),
            valid=self.valid.batches(128),
            progress=False,
        )
        last = history.last
        return {
            "rate": lr,
            "stopped": history.stopped,
            "train_loss": last and last.loss,
            "valid_loss": last and last.valid_loss,
            "valid_accuracy": last and last.valid_accuracy,
        }

    def curvature(self, pictures: int = 32, rounds: int = 10) -> float:
        """The largest one of the loss on a batch, by power iteration from its gradient."""
        images, labels = next(iter(self.train.batches(pictures, shuffle=True)))
        own = [p for p in self.model.parameters() if p.requires_grad]
        value = functional.cross_entropy(self.train.tail(images), labels)
        slopes = torch.autograd.grad(value, own, create_graph=True)
        direction = [slope.detach() for slope in slopes]
        for _ in range(rounds):
            length = nn.utils.get_total_norm(direction)
            unit = [part / length for part in direction]
            direction = list(torch.autograd.grad(slopes, own, unit, retain_graph=True))
        return float(nn.utils.get_total_norm(direction))


def described(band: lr_finder.Band) -> Row:
    """A band as plain data: every plain suggestion, and where the smoothed losses turn."""
    plain = [lr_finder.suggest_lr(test.lrs, test.smoothed) for test in band.tests]
    turns = [test.lrs[test.smoothed.index(min(test.smoothed))] for test in band.tests]
    return {
        "suggestion": band.suggestion,
        "low": band.low,
        "high": band.high,
        "reason": band.reason,
        "of each repeat": plain,
        "turn": statistics.median(turns),
    }


def head_alone(pictures: data.PictureSet, seed: int) -> Row:
    """The band and the three runs with each optimizer; the band of a trained head."""
    part = Part(pictures, seed, with_stage=False)
    row: Row = {}
    row["curvature"] = part.curvature()
    for kind in OPTIMIZERS:
        part.reset()
        band = part.band(kind, REPEATS["head"])
        row[kind] = {"band": described(band)}
        assert band.suggestion is not None, band.reason
        for name, factor in FACTORS.items():
            row[kind][name] = part.run(kind, band.suggestion * factor)
    part.run("SGD", row["SGD"]["found"]["rate"])
    row["trained"] = {
        "band": described(part.band("SGD", REPEATS["head"])),
        "curvature": part.curvature(),
    }
    return row


def with_last_stage(pictures: data.PictureSet, seed: int, head_rate: float) -> Row:
    """The same with the last stage; besides, at the rate that was found for the head alone."""
    part = Part(pictures, seed, with_stage=True)
    row: Row = {}
    row["curvature"] = part.curvature()
    for name, factor in {"one rate": 1.0, "falling rates": STAGE_FACTOR}.items():
        part.reset()
        band = part.band("SGD", REPEATS["stage"], factor)
        rate = band.suggestion
        assert rate is not None, band.reason
        row[name] = {"band": described(band), "found": part.run("SGD", rate, factor)}
    row["one rate"]["the head's"] = part.run("SGD", head_rate)
    row["one rate"]["10 times the head's"] = part.run("SGD", 10 * head_rate)
    part.run("SGD", row["falling rates"]["found"]["rate"], STAGE_FACTOR)
    row["trained curvature"] = part.curvature()
    return row


def experiment(seed: int) -> Row:
    """Everything on one draw."""
    pictures = data.herbarium(draw=seed)
    head = head_alone(pictures, seed)
    stage = with_last_stage(pictures, seed, head["SGD"]["found"]["rate"])
    return {"head alone": head, "with the last stage": stage}


def runs_of(row: Row) -> dict[str, Row]:
    """Every run of a draw by name."""
    head, stage = row["head alone"], row["with the last stage"]
    found = {f"head, {kind}, {name}": head[kind][name] for kind in OPTIMIZERS for name in FACTORS}
    for name in ("one rate", "falling rates"):
        found[f"stage, {name}, found"] = stage[name]["found"]
    for name in ("the head's", "10 times the head's"):
        found[f"stage, one rate, {name}"] = stage["one rate"][name]
    return found


def bands_of(row: Row) -> dict[str, Row]:
    """Every band of a draw by name."""
    head, stage = row["head alone"], row["with the last stage"]
    return {
        **{f"head, {kind}": head[kind]["band"] for kind in OPTIMIZERS},
        "trained head, SGD": head["trained"]["band"],
        **{f"stage, {name}": stage[name]["band"] for name in ("one rate", "falling rates")},
    }


def curvatures_of(row: Row) -> dict[str, float]:
    """Every curvature of a draw by name."""
    head, stage = row["head alone"], row["with the last stage"]
    return {
        "head, fresh": head["curvature"],
        "stage and head, fresh": stage["curvature"],
        "head, trained": head["trained"]["curvature"],
        "stage and head, trained": stage["trained curvature"],
    }


def summary(rows: list[Row]) -> Row:
    """Means over the draws; geometric ones for rates and curvatures."""
    means: Row = {"runs": {}, "rates": {}, "curvatures": {}}
    for name in runs_of(rows[0]):
        runs = [runs_of(row)[name] for row in rows]
        means["runs"][name] = {"broken off": sum(run["stopped"] is not None for run in runs)}
        for key in ("valid_accuracy", "valid_loss"):
            values = [run[key] for run in runs if run[key] is not None] or [math.nan]
            row = [function(values) for function in (statistics.mean, min, max)]
            means["runs"][name][key] = [round(value, 4) for value in row]
    for name in bands_of(rows[0]):
        every = [lr for row in rows for lr in bands_of(row)[name]["of each repeat"] if lr]
        refused = sum(bands_of(row)[name]["suggestion"] is None for row in rows)
        turns = [bands_of(row)[name]["turn"] for row in rows]
        means["rates"][name] = {
            "mean": _rounded(statistics.geometric_mean(every)),
            "lowest": _rounded(min(every)),
            "highest": _rounded(max(every)),
            "turn": _rounded(statistics.geometric_mean(turns)),
            "bands refused": refused,
        }
    for name in curvatures_of(rows[0]):
        values = [curvatures_of(row)[name] for row in rows]
        means["curvatures"][name] = _rounded(statistics.geometric_mean(values))
    return means


def show(means: Row) -> None:
    """Print a summary."""
    for name, run in means["runs"].items():
        accuracy, loss = run["valid_accuracy"], run["valid_loss"]
        print(
            f"{name:32s} valid accuracy {accuracy[0]:6.1%} ({accuracy[1]:.1%} to {accuracy[2]:.1%})"
            f"  loss {loss[0]:.2f} ({loss[1]:.2f} to {loss[2]:.2f})"
            + f"  broken off {run['broken off']}"
            * bool(run["broken off"])
        )
    for name, rate in means["rates"].items():
        print(f"{name:32s} rate {rate}")
    for name, value in means["curvatures"].items():
        print(f"{name:32s} curvature {value:.3g}")


def _rounded(value: float) -> float:
    return float(f"{value:.3g}") if math.isfinite(value) else value


def main(arguments: Sequence[str] | None = None) -> None:
    """Run on every draw, print means, write results/learning_rate.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws, from 1 up")
    seeds = range(1, parser.parse_args(arguments).seeds + 1)
    torch.set_num_threads(1)
    rows = []
    for seed in seeds:
        rows.append(experiment(seed))
        print(f"draw {seed}", flush=True)
        show(summary(rows[-1:]))
    means = summary(rows)
    content = {
        "what": "range tests and short runs at the found rate, 10 times less and 10 times more",
        "views": VIEWS,
        "epochs": EPOCHS,
        "seeds": list(seeds),
        "machine": report.machine(),
        "summary": means,
        "rows": rows,
    }
    report.save("learning_rate", content)
    print(f"mean of {len(rows)} draws")
    show(means)


if __name__ == "__main__":
    main()
