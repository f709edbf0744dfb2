"""What weight decay is worth to a head: lesson 06's experiment, over fresh draws.

    python -m benchmarks.decay --seeds 5

Seed s takes draw s of the herbarium and s for the head, the order and the wrong labels. A head is
trained with Adam (L2) or AdamW (decoupled) at 0.001 on the plain features of the frozen backbone.
Which settings and which decays are tried was chosen on draws from 100 up; within them, the decay is
chosen on validation photographs and measured on test photographs. Its rival stops early: without
decay, after the epoch of the best validation accuracy. With the last stage unfrozen (lesson 02's
choice: four augmented views, one cycle of twelve epochs) only right labels are tried.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks import report
from benchmarks.unfreezing import EPOCHS, ONE, Choice, Draw, one_cycle
from helpers import data, models, training
from helpers.data.transforms import plain_transform
from helpers.randomness import random_state

Row = dict[str, float]
Labelled = tuple[torch.Tensor, torch.Tensor]
Rows = dict[tuple[str, str], dict[str, dict[str, Row]]]  # by setting and way, draw, decay
SPLITS = ("train", "valid", "test")
DECAYS = {
    "decoupled": (0.0, 0.01, 0.1, 1.0, 3.0, 10.0, 30.0, 100.0),
    "L2": (0.0001, 0.001, 0.01, 0.1, 0.3, 1.0, 3.0),
}
STAGE_DECAYS = (0.0, 0.01, 0.1, 1.0)
STAGE = "last stage, augmented, 12 epochs"
BINS = 10  # of confidence, for the calibration error


@dataclass(frozen=True)
class Setting:
    """What a head is trained on, and for how long.

    Attributes:
        wrong: share of the training labels that are wrong.
        epochs: passes over the pictures.
        per_class: training pictures of each class; None for all.
        hidden: width of a layer between; 0 for a linear head.
        ways: to decay.
    """

    wrong: float = 0.0
    epochs: int = 60
    per_class: int | None = None
    hidden: int = 0
    ways: tuple[str, ...] = ("decoupled", "L2")


SETTINGS = {
    "12 epochs": Setting(epochs=12),
    "60 epochs": Setting(),
    "200 epochs": Setting(epochs=200, ways=("decoupled",)),
    "5 a species, 60 epochs": Setting(per_class=5, ways=("decoupled",)),
    "30 % wrong, 12 epochs": Setting(0.3, 12, ways=("decoupled",)),
    "30 % wrong, 60 epochs": Setting(0.3),
    "30 % wrong, 60 epochs, 256 hidden": Setting(0.3, hidden=256),
}


def features(draw: int) -> dict[str, Labelled]:
    """What the frozen backbone says of every picture of a draw, by split."""
    pictures = data.herbarium(draw=draw)
    model = models.freeze_backbone(models.backbone("lite0", len(pictures.classes)))
    config = models.config_of(model)
    plain = plain_transform(config.size, config.mean, config.std)
    found = {}
    for split in SPLITS:
        own = getattr(pictures, split)
        cache = training.PrefixCache(model, own, plain, fold=True, progress=False)
        found[split] = next(iter(cache.batches(len(own))))
    return found


def run(
    said: dict[str, Labelled],
    setting: Setting,
    way: str,
    decay: float,
    seed: int,
    epochs: int | None = None,
) -> Row:
    """Train one head; what it became, and what it says of validation and test pictures."""
    values, truth = said["train"]
    if setting.per_class is not None:
        rows = torch.cat([(truth == c).nonzero()[: setting.per_class, 0] for c in truth.unique()])
        values, truth = values[rows], truth[rows]
    classes = int(truth.max()) + 1
    given = training.wrong_labels(truth, setting.wrong, classes, seed)
    made = training.train_with_decay(
        (values, given),
        said["valid"],
        classes,
        decay,
        way,
        hidden=setting.hidden,
        epochs=epochs or setting.epochs,
        seed=seed,
    )
    best = max(range(len(made.norms)), key=made.valid_accuracy.__getitem__) + 1
    row = {"norm": made.norms[-1], "train": made.train_accuracy[-1], "best_epoch": best}
    wrong = given != truth
    if wrong.any():
        with torch.no_grad():
            row["by_heart"] = training.accuracy(made.head(values[wrong]), given[wrong])
    for split in ("valid", "test"):
        row |= {f"{split}_{key}": v for key, v in judged(made.head, said[split]).items()}
    return row


def stopped_early(said: dict[str, Labelled], setting: Setting, seed: int, best_epoch: float) -> Row:
    """The run without decay as it was after its best epoch on validation."""
    return run(said, setting, "decoupled", 0.0, seed, int(best_epoch))


def run_stage(draw: Draw, decay: float) -> Row:
    """Train the last stage and the head with AdamW and one cycle; right labels."""
    choice = Choice(ONE)
    model = draw.model(choice)
    tail, batches = draw.training(model, choice)
    parts = [*ONE, models.head_name(model)]
    rates = training.discriminative_groups(model, parts, choice.lr, choice.factor)
    groups = training.decay_groups(model, decay, rates)
    decayed = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    optimizer = torch.optim.AdamW(groups)
    with random_state(draw.seed):
        training.fit(
            tail,
            batches,
            epochs=EPOCHS,
            optimizer=optimizer,
            scheduler=one_cycle(optimizer, EPOCHS * len(batches)),
            progress=False,
        )
    row = {"norm": float(nn.utils.get_total_norm(decayed))}
    for split in ("valid", "test"):
        cache = training.PrefixCache(
            model, getattr(draw.pictures, split), draw.plain, fold=True, progress=False
        )
        logits, labels = training.predict(tail, cache.batches(128))
        row |= {f"{split}_{key}": v for key, v in judgement(logits, labels).items()}
    return row


def judged(head: nn.Module, pictures: Labelled) -> Row:
    """What a head says of some pictures, see `judgement`."""
    with torch.no_grad():
        return judgement(head(pictures[0]), pictures[1])


def judgement(logits: torch.Tensor, labels: torch.Tensor) -> Row:
    """Accuracy, loss (nats), mean confidence and calibration error."""
    sure, named = logits.softmax(1).max(1)
    right = (named == labels).float()
    bins = (sure * BINS).long().clamp(max=BINS - 1)
    error = sum(
        float((sure[bins == b] - right[bins == b]).sum().abs()) for b in bins.unique().tolist()
    )
    return {
        "accuracy": training.accuracy(logits, labels),
        "loss": float(functional.cross_entropy(logits, labels)),
        "confidence": float(sure.mean()),
        "calibration_error": error / len(labels),
    }


def chosen(rows: dict[str, Row]) -> str:
    """The decay of the best validation accuracy of one draw; ties go to the stronger."""
    return max(rows, key=lambda decay: (rows[decay]["valid_accuracy"], float(decay)))


def summary(rows: dict[str, dict[str, Row]], without: dict[str, Row]) -> dict[str, Any]:
    """Means over draws for every decay; what choosing one on validation gains on test.

    Args:
        rows: by draw, then by decay.
        without: of every draw, the run without decay.
    """
    decays = next(iter(rows.values()))
    picks = {seed: chosen(own | {"0": without[seed]}) for seed, own in rows.items()}
    gains = [
        (rows[seed] | {"0": without[seed]})[pick]["test_accuracy"] - without[seed]["test_accuracy"]
        for seed, pick in picks.items()
    ]
    return {
        "by_decay": {
            decay: {
                key: round(statistics.mean(own[decay][key] for own in rows.values()), 4)
                for key in next(iter(rows.values()))[decay]
            }
            for decay in decays
        },
        "chosen_on_validation": picks,
        "test_gain": {
            "mean": round(statistics.mean(gains), 4),
            "each": [round(gain, 4) for gain in gains],
        },
    }


def show(name: str, way: str, figures: dict[str, Any]) -> None:
    """Print the table of one setting and one way."""
    print(f"\n{name}, {way}")
    for decay, row in figures["by_decay"].items():
        heart = f"  by heart {row['by_heart']:6.1%}" if "by_heart" in row else ""
        print(
            f"  decay {decay:>6s}  test {row['test_accuracy']:6.1%}  loss {row['test_loss']:.3f}  "
            f"confidence {row['test_confidence']:.2f}  off by {row['test_calibration_error']:.2f}  "
            f"norm {row['norm']:5.2f}{heart}"
        )
    gain, picks = figures["test_gain"], figures["chosen_on_validation"]
    print(f"  chosen on validation: {', '.join(picks.values())}; test gains {gain['mean']:+.1%} "
          f"({min(gain['each']):+.1%} to {max(gain['each']):+.1%})")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Run every setting on every draw, print the tables, write results/decay.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws")
    parser.add_argument("--first", type=int, default=1, help="the first draw")
    parser.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS))
    parser.add_argument("--no-stage", action="store_true", help="heads only: a tenth of the time")
    parser.add_argument("--save", default="decay", help="name of the file in results/")
    picked = parser.parse_args(arguments)
    torch.set_num_threads(1)
    rows: Rows = {}
    stopped: dict[str, dict[str, Row]] = {name: {} for name in picked.settings}
    for seed in range(picked.first, picked.first + picked.seeds):
        said = features(seed)
        for name in picked.settings:
            own = heads(said, SETTINGS[name], seed)
            for way, found in own.items():
                rows.setdefault((name, way), {})[str(seed)] = found
            epoch = own["decoupled"]["0"]["best_epoch"]
            stopped[name][str(seed)] = stopped_early(said, SETTINGS[name], seed, epoch)
        if not picked.no_stage:
            draw = Draw(seed)
            rows.setdefault((STAGE, "decoupled"), {})[str(seed)] = {
                f"{decay:g}": run_stage(draw, decay) for decay in STAGE_DECAYS
            }
        print(f"draw {seed} done", flush=True)
    write(picked.save, rows, stopped)


def heads(said: dict[str, Labelled], setting: Setting, seed: int) -> dict[str, dict[str, Row]]:
    """Every way and every decay of one setting on one draw."""
    return {
        way: {f"{decay:g}": run(said, setting, way, decay, seed) for decay in DECAYS[way]}
        for way in setting.ways
    }


def write(name: str, rows: Rows, stopped: dict[str, dict[str, Row]]) -> None:
    """Print the tables and write the file."""
    found: dict[str, dict[str, Any]] = {}
    for (setting, way), own in rows.items():
        plain = {seed: each["0"] for seed, each in rows[setting, "decoupled"].items()}
        found.setdefault(setting, {})[way] = summary(own, plain)
        show(setting, way, found[setting][way])
    print()
    for setting, each in stopped.items():
        mean = statistics.mean(row["test_accuracy"] for row in each.values())
        epochs = [int(row["best_epoch"]) for row in each.values()]
        found[setting]["stopped_early"] = {"test_accuracy": round(mean, 4), "epochs": epochs}
        print(f"{setting}, no decay, stopped after {epochs} epochs: test {mean:.1%}")
    content = {
        "what": {setting: vars(SETTINGS[setting]) for setting in stopped},
        "machine": report.machine(),
        "summary": found,
        "rows": [{"setting": n, "way": w, "draws": own} for (n, w), own in rows.items()],
        "stopped_early": stopped,
    }
    report.save(name, json.loads(json.dumps(content)))


if __name__ == "__main__":
    main()
