"""Past the wall: lesson 07's recipe over fresh draws of the herbarium, or on photographs.

    python -m benchmarks.past_the_wall --seeds 5
    python -m benchmarks.past_the_wall --photographs FOLDER --size 160 --save photographs

Seed s takes draw s of the herbarium and s for the head, the views and the order; of photographs it
takes s for all but the splits. Settings were chosen on draws 100 to 102, and the number of
views and epochs on draw 0, test pictures seen.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from typing import Any

import torch
from torchvision.transforms import v2

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import field_transform, plain_transform
from helpers.training.views import Transform

SPLITS = ("valid", "test")


def climb(pictures: data.PictureSet, size: int, seed: int) -> dict[str, Any]:
    """One run of the recipe: accuracies, rates block by block, seconds of wall time."""
    start = time.perf_counter()
    classes = len(pictures.classes)
    model = models.concat_head(models.backbone("lite0", classes, seed), classes, seed=seed)
    config = models.config_of(model)
    plain = plain_transform(size, config.mean, config.std)
    field = field_transform(size, config.mean, config.std)
    blocks = training.train_gradually(
        model, pictures.train, pictures.valid, field, plain, seed=seed
    )
    seconds = time.perf_counter() - start
    row: dict[str, Any] = {"seconds": round(seconds, 1)}
    row["rates"] = [round(block.rate, 5) for block in blocks]
    row["edges"] = [block.tests[0].edge for block in blocks]
    row["valid by block"] = [
        block.history.last and block.history.last.valid_accuracy for block in blocks
    ]
    for split in SPLITS:
        row |= accuracies(model, getattr(pictures, split), plain)
    return row


def accuracies(model: torch.nn.Module, part: data.Pictures, plain: Transform) -> dict[str, float]:
    """Accuracy as it is, and with the probabilities of the mirror image averaged in."""
    mirrored = v2.Compose([v2.RandomHorizontalFlip(1.0), plain])
    labels = torch.as_tensor(part.labels)
    either = [_probabilities(model, part, transform) for transform in (plain, mirrored)]
    once = training.accuracy(either[0], labels)
    return {
        part.name: once,
        f"{part.name}, mirrored": training.accuracy(either[0] + either[1], labels),
    }


def _probabilities(
    model: torch.nn.Module, part: data.Pictures, transform: Transform
) -> torch.Tensor:
    cache = training.PrefixCache(model, part, transform, fold=True, progress=False)
    with torch.inference_mode():
        return torch.cat([cache.tail(x).softmax(1) for x, _ in cache.batches(128)])


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Mean, smallest and largest of every accuracy and of the seconds."""
    keys = [key for key, value in rows[0].items() if isinstance(value, float)]
    found = {}
    for key in keys:
        values = [row[key] for row in rows]
        mean = sum(values) / len(values)
        found[key] = {"mean": round(mean, 4), "min": min(values), "max": max(values)}
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the recipe on every seed, print a line each and the means, write results/*.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--first", type=int, default=1, help="the first")
    parser.add_argument("--photographs", help="a folder of your own instead of the herbarium")
    parser.add_argument("--size", type=int, default=128, help="side of photographs in pixels")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save", default="past_the_wall", help="name of the file in results/")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    rows: dict[int, dict[str, Any]] = {}
    for seed in range(chosen.first, chosen.first + chosen.seeds):
        if chosen.photographs:
            pictures = data.image_folder(chosen.photographs, size=chosen.size)
        else:
            pictures = data.herbarium(draw=seed)
        rows[seed] = climb(pictures, pictures.size, seed)
        print(seed, rows[seed], flush=True)
        content = {
            "pictures": pictures.name,
            "size": pictures.size,
            "machine": report.machine(),
            "summary": summary(list(rows.values())),
            "rows": rows,
        }
        report.save(chosen.save, content)
    for key, figures in summary(list(rows.values())).items():
        print(f"{key:18s} {figures['mean']:8.4f} ({figures['min']:.4f} to {figures['max']:.4f})")


if __name__ == "__main__":
    main()
