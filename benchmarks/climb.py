"""The climb: how far each step of the course gets, over fresh draws of the herbarium.

    python -m benchmarks.climb --seeds 5

Seed s takes draw s of the herbarium (training, validation and test photographs are all fresh; draw
0 is the course's own) and s for the head, the views and the order. Settings were chosen on the
validation splits of draws from 100 up. The pictures themselves were made harder after looking at
the wall's test accuracy: see README.md.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import field_transform, plain_transform
from helpers.training.recipes import train_head, train_stages, unfreeze
from helpers.training.views import Transform

STAGES = ("layer2", "layer3", "layer4")
HEAD_VIEWS = 4
VIEWS = 8
EPOCHS = 16
SPLITS = ("train", "valid", "test")
STEPS = {
    "wall": "frozen backbone, linear head, 25 epochs of Adam at 1e-3",
    "augmentation": f"the wall + matched augmentation, {HEAD_VIEWS} views",
    "stages": "augmentation + the last three stages, one cycle, discriminative rates",
    "everything": "stages + pooling both ways, BatchNorm head, weight decay",
    "too much": "augmentation with hue jitter of 0.5",
}
Row = dict[str, float]


class Scores:
    """Accuracies of a trained tail on the plain pictures of every split."""

    def __init__(self, model: nn.Module, pictures: data.PictureSet, plain: Transform) -> None:
        self.caches = {
            split: training.PrefixCache(
                model, getattr(pictures, split), plain, fold=True, progress=False
            )
            for split in SPLITS
        }

    def of(self, tail: nn.Module) -> Row:
        return {
            split: training.evaluate(tail, cache.batches(128))[1]
            for split, cache in self.caches.items()
        }


def climb(seed: int, steps: Sequence[str]) -> dict[str, Row]:
    """All steps on one draw: accuracies on train, valid and test, and seconds of wall time."""
    pictures = data.herbarium(draw=seed)
    classes = len(pictures.classes)
    config = models.config_of(models.backbone("lite0", classes))
    plain = plain_transform(config.size, config.mean, config.std)
    field = field_transform(config.size, config.mean, config.std)
    hue = field_transform(config.size, config.mean, config.std, hue=0.5)
    heads = {"wall": (plain, 1), "augmentation": (field, HEAD_VIEWS), "too much": (hue, HEAD_VIEWS)}
    rows = {}
    for step in steps:
        start = time.perf_counter()
        if step in heads:
            rows[step] = _head_step(pictures, plain, *heads[step], seed)
        else:
            rows[step] = _stages_step(pictures, plain, field, step == "everything", seed)
        rows[step]["seconds"] = time.perf_counter() - start
    return rows


def _head_step(
    pictures: data.PictureSet, plain: Transform, transform: Transform, views: int, seed: int
) -> Row:
    model = models.backbone("lite0", len(pictures.classes), seed)
    _, tail = train_head(
        model, pictures.train, pictures.valid, transform, plain, views=views, seed=seed
    )
    return Scores(model, pictures, plain).of(tail)


def _stages_step(
    pictures: data.PictureSet, plain: Transform, field: Transform, everything: bool, seed: int
) -> Row:
    classes = len(pictures.classes)
    model = models.backbone("lite0", classes, seed)
    if everything:
        models.concat_head(model, classes, seed=seed)
    unfreeze(model, STAGES)
    cache = training.PrefixCache(
        model, pictures.train, field, VIEWS, seed, fold=True, progress=False
    )
    train_stages(
        model,
        cache.batches(shuffle=True, seed=seed),
        cache.tail,
        epochs=EPOCHS,
        weight_decay=0.05 if everything else 0.01,
        seed=seed,
    )
    return Scores(model, pictures, plain).of(cache.tail)


def summary(rows: list[Row]) -> dict[str, Any]:
    """Mean, smallest and largest over the seeds."""
    return {
        key: {
            "mean": round(statistics.mean(row[key] for row in rows), 4),
            "min": round(min(row[key] for row in rows), 4),
            "max": round(max(row[key] for row in rows), 4),
        }
        for key in (*SPLITS, "seconds")
    }


def line(step: str, figures: dict[str, Any]) -> str:
    """One row of the printed table."""
    cells = [
        f"{split} {f['mean']:6.1%} ({f['min']:.1%} to {f['max']:.1%})"
        for split, f in figures.items()
        if split != "seconds"
    ]
    return f"{step:13s} {'  '.join(cells)}  {figures['seconds']['mean']:5.0f} s"


def main(arguments: Sequence[str] | None = None) -> None:
    """Climb on every seed, print the table, write results/climb.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws")
    parser.add_argument("--first", type=int, default=1, help="the first draw")
    parser.add_argument("--steps", nargs="+", choices=list(STEPS), default=list(STEPS))
    parser.add_argument("--save", default="climb", help="name of the file in results/")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows: dict[str, list[Row]] = {step: [] for step in chosen.steps}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        for step, row in climb(seed, chosen.steps).items():
            rows[step].append(row)
            print(f"draw {seed}  {line(step, summary([row]))}", flush=True)
        content = {
            "what": STEPS,
            "seeds": list(range(chosen.first, seed + 1)),
            "machine": report.machine(),
            "summary": {step: summary(rows[step]) for step in rows},
            "rows": rows,
        }
        report.save(chosen.save, content)
    print()
    for step in rows:
        print(line(step, summary(rows[step])))


if __name__ == "__main__":
    main()
