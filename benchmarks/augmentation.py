"""What single transforms are worth: lesson 01's experiment over fresh draws of the herbarium.

    python -m benchmarks.augmentation --seeds 5

Each candidate alone, on top of no augmentation: a fresh linear head on the frozen backbone, trained
on three changed views of every garden picture (the lesson takes two, to save a minute). Seed s
takes draw s.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torchvision import transforms
from torchvision.transforms import InterpolationMode

from benchmarks import report
from helpers import data, models, training

VIEWS = 3
Transform = Callable[[Any], Any]


def mirrored(change: Transform, size: int) -> transforms.Compose:
    """The change without black corners, as in the lesson."""
    margin = size * 3 // 8
    return transforms.Compose(
        [transforms.Pad(margin, padding_mode="reflect"), change, transforms.CenterCrop(size)]
    )


def candidates(size: int) -> dict[str, Transform]:
    """The lesson's candidates, other rotations, and the article's two transforms together.

    A rotation as it comes paints the corners black and takes the nearest pixel.
    """
    smooth = InterpolationMode.BILINEAR
    as_it_comes = transforms.RandomRotation(25)
    return {
        "rotation": mirrored(transforms.RandomRotation(25, interpolation=smooth), size),
        "rotation as it comes": as_it_comes,
        "any rotation": mirrored(transforms.RandomRotation(180, interpolation=smooth), size),
        "zoom": mirrored(
            transforms.RandomAffine(0, scale=(0.65, 1.15), interpolation=smooth), size
        ),
        "perspective": transforms.RandomPerspective(0.3),
        "flip": transforms.RandomHorizontalFlip(),
        "light": transforms.ColorJitter(brightness=0.4, contrast=0.3),
        "hue": transforms.ColorJitter(hue=0.1),
        "the article's two": transforms.Compose([as_it_comes, transforms.RandomResizedCrop(size)]),
    }


def accuracies(seed: int) -> dict[str, float]:
    """Validation accuracy on one draw: without augmentation, with each candidate, with all."""
    pictures = data.herbarium(draw=seed)
    model = models.backbone("lite0", len(pictures.classes), seed)
    config = models.config_of(model)
    statistics_of_inputs = (config.size, config.mean, config.std)
    plain = data.plain_transform(*statistics_of_inputs)
    to_tensor = [transforms.ToTensor(), transforms.Normalize(config.mean, config.std)]

    def accuracy(transform: Transform, views: int = VIEWS) -> float:
        history, _ = training.train_head(
            model, pictures.train, pictures.valid, transform, plain, views=views, seed=seed
        )
        assert history.last is not None and history.last.valid_accuracy is not None
        return history.last.valid_accuracy

    found = {"no augmentation": accuracy(plain, views=1)}
    for name, change in candidates(config.size).items():
        found[name] = accuracy(transforms.Compose([change, *to_tensor]))
    found["all the field does"] = accuracy(data.field_transform(*statistics_of_inputs), views=6)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print gains over no augmentation, in points, and write results/augmentation.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many draws, from 1 up")
    seeds = range(1, parser.parse_args(arguments).seeds + 1)
    torch.set_num_threads(1)
    rows: list[dict[str, float]] = []
    for seed in seeds:
        rows.append(accuracies(seed))
        print(f"draw {seed}: " + "  ".join(f"{k} {v:.1%}" for k, v in rows[-1].items()), flush=True)
    base = "no augmentation"
    gains = {name: [100 * (row[name] - row[base]) for row in rows] for name in rows[0]}
    content = {
        "what": "validation accuracy of a linear head on the frozen backbone, by augmentation",
        "views": VIEWS,
        "seeds": list(seeds),
        "machine": report.machine(),
        "rows": rows,
        "mean_gain_in_points": {name: round(statistics.mean(g), 2) for name, g in gains.items()},
    }
    report.save("augmentation", content)
    for name, values in gains.items():
        print(
            f"{name:24s} {statistics.mean(values):+5.1f} points "
            f"({min(values):+.1f} to {max(values):+.1f})"
        )


if __name__ == "__main__":
    main()
