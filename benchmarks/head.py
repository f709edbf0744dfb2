"""What the parts of a head are worth: lesson 05's experiment, over fresh draws.

    python -m benchmarks.head --seeds 5

Seed s takes draw s of the herbarium and s for the weights, the order and dropout. Every head is
trained with AdamW, without decay, at a constant rate, on the same stored features of the frozen
backbone. Which heads, rates and numbers of epochs are tried was chosen on draws from 100 up.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import plain_transform
from helpers.explore.head_runs import Parts, Plan, Trainer, floor
from helpers.explore.pooled import AVERAGE, MAXIMUM, Pooled, Views, pooling_both
from helpers.explore.probe import Features

Row = dict[str, float]
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1)
LINEAR = Parts(AVERAGE, norm=False, hidden=0, dropout=0.0)
WHOLE = Parts()
NORM = Parts(hidden=0, dropout=0.0)
HEADS = {
    "linear": LINEAR,
    "linear on the maximum": replace(LINEAR, pooling=MAXIMUM),
    "both pools": replace(NORM, norm=False),
    "both pools, norm": NORM,
    "whole": WHOLE,
    "whole, no norms": replace(WHOLE, norm=False),
    "whole, no dropout": replace(WHOLE, dropout=0.0),
}


@dataclass(frozen=True)
class Case:
    """One head, and what it is trained on.

    Attributes:
        parts: of the head.
        lr: of AdamW, constant.
        epochs: passes over the pictures.
        wrong: share of the training labels that are wrong.
        plain: learn from the pictures as they are, without augmentation.
    """

    parts: Parts
    lr: float = 0.001
    epochs: int = 12
    wrong: float = 0.0
    plain: bool = False


def cases() -> dict[str, Case]:
    """Every head at every rate; then what only shows under another condition."""
    found = {f"{name} at {lr:g}": Case(p, lr) for name, p in HEADS.items() for lr in RATES}
    for name, parts in {"both pools, norm": NORM, "whole": WHOLE}.items():
        for eps in (1e-5, 1e-2):
            label = f"not augmented: {name}, eps {eps:g}"
            found[label] = Case(replace(parts, eps=eps), plain=True)
    found["not augmented: linear"] = Case(LINEAR, plain=True)
    for name, parts in {
        "linear": LINEAR,
        "whole, dropout 0": replace(WHOLE, dropout=0.0),
        "whole, dropout 0.35": WHOLE,
        "whole, dropout 0.6": replace(WHOLE, dropout=0.6),
    }.items():
        found[f"30 % wrong: {name}"] = Case(parts, epochs=25, wrong=0.3)
    found["softmax: linear"] = Case(replace(LINEAR, softmax=True))
    found["softmax: whole"] = Case(replace(WHOLE, softmax=True))
    return found


class Draw:
    """One draw of the herbarium as the frozen backbone sees it, pooled both ways."""

    def __init__(self, seed: int) -> None:
        self.seed, pictures = seed, data.herbarium(draw=seed)
        self.pooled = Pooled(pictures, models.backbone("lite0"))
        net = pooling_both(models.backbone("lite0", self.pooled.classes))
        config = models.config_of(net)
        plain = plain_transform(config.size, config.mean, config.std)
        cache = training.PrefixCache(net, pictures.test, plain, fold=True, progress=False)
        self.test = Features(*next(iter(cache.batches(len(pictures.test)))))

    def taught(self, case: Case) -> Views:
        """What the head learns from."""
        views = self.pooled.plain if case.plain else self.pooled.train
        given = training.wrong_labels(views.labels, case.wrong, self.pooled.classes, self.seed)
        return Views(views.values, given)


def run(draw: Draw, case: Case) -> Row:
    """Train one head on one draw: what it says of validation and test pictures."""
    plan = Plan(case.lr, case.epochs, seed=draw.seed)
    trainer = Trainer(case.parts, plan, draw.pooled, draw.taught(case))
    for _ in trainer.training():
        pass
    columns = draw.pooled.part(case.parts.pooling)
    features = draw.test.values[:, columns]
    loss, right = training.evaluate(trainer.net, [(features, draw.test.labels)])
    made = trainer.run
    return {
        "valid": made.end,
        "test": right,
        "valid_loss": made.valid_loss[-1],
        "test_loss": loss,
        "train_loss": made.train_loss[-1],
        "parameters": made.parameters,
    }


def summary(rows: Sequence[Row]) -> dict[str, dict[str, float]]:
    """Mean, smallest and largest over the draws, of each figure."""
    found = {}
    for key in rows[0]:
        values = [row[key] for row in rows]
        mean = round(statistics.mean(values), 4)
        found[key] = {"mean": mean, "min": round(min(values), 4), "max": round(max(values), 4)}
    return found


def usable(means: dict[float, float], within: float = 0.01) -> list[float]:
    """The rates whose mean accuracy is at most `within` below the best of all."""
    best = max(means.values())
    return [lr for lr, mean in means.items() if mean >= best - within]


def table(found: dict[str, Any]) -> str:
    """Accuracy on the test pictures: heads by rates, then the other cases."""
    lines = [f"{'test accuracy at':24s}" + "".join(f"{lr:>8g}" for lr in RATES)]
    for name in HEADS:
        means = {lr: found[f"{name} at {lr:g}"]["test"]["mean"] for lr in RATES}
        good = usable(means)
        numbers = found[f"{name} at {RATES[0]:g}"]["parameters"]["mean"]
        lines.append(
            f"{name:24s}"
            + "".join(f"{mean:8.1%}" for mean in means.values())
            + f"  within a point of its best: {good[0]:g} to {good[-1]:g}; {numbers:,.0f} numbers"
        )
    for name in cases():
        if ":" in name:
            test, loss = found[name]["test"], found[name]["train_loss"]
            lines.append(
                f"{name:44s} test {test['mean']:.1%} ({test['min']:.1%} to {test['max']:.1%}), "
                f"training loss {loss['mean']:.3f}"
            )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Train every case on every draw, print the table, write results/head.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws")
    parser.add_argument("--first", type=int, default=1, help="the first draw")
    parser.add_argument("--save", default="head", help="name of the file in results/")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows: dict[str, dict[str, Row]] = {name: {} for name in cases()}
    classes = 0
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        began = time.process_time()
        draw = Draw(seed)
        ready, classes = time.process_time(), draw.pooled.classes
        for name, case in cases().items():
            rows[name][str(seed)] = run(draw, case)
        spent = time.process_time() - ready
        print(f"draw {seed}: features {ready - began:.0f} s, heads {spent:.0f} s", flush=True)
    found = {name: summary(list(row.values())) for name, row in rows.items()}
    print(f"\n{table(found)}\nfloor of the loss behind a softmax: {floor(classes):.3f}")
    content = {
        "what": {name: {**vars(case), "parts": vars(case.parts)} for name, case in cases().items()},
        "machine": report.machine(),
        "floor": round(floor(classes), 4),
        "summary": found,
        "rows": rows,
    }
    report.save(chosen.save, content)


if __name__ == "__main__":
    main()
