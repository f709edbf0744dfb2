"""An epoch from the cache against the same epoch through pixels.

    python -m benchmarks.cache

Both train the same parameters on the same views in the same order, with the same loop; medians in
one process on one thread. `through pixels` is what a learner's loop does: augment, forward through
the frozen part, then train.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from benchmarks import report
from helpers import data, models, training
from helpers.data.transforms import field_transform
from helpers.training.recipes import unfreeze

GOALS: dict[str, float | None] = {
    "linear head": 300.0,
    "full head": 50.0,
    "last two stages": 2.5,
    "last three stages": None,
}
STAGES = {
    "last two stages": ("layer3", "layer4"),
    "last three stages": ("layer2", "layer3", "layer4"),
}


def built(case: str, classes: int) -> nn.Module:
    """The network of a case, with its parts frozen and unfrozen."""
    model = models.backbone("lite0", classes)
    if case == "full head":
        models.concat_head(model, classes)
    return unfreeze(model, STAGES.get(case, ()))


def epoch_of(module: nn.Module, batches: training.views.EpochBatches) -> Callable[[], None]:
    """One epoch, ready to be called again and again."""
    optimizer = torch.optim.AdamW([p for p in module.parameters() if p.requires_grad], lr=1e-4)

    def run() -> None:
        training.fit(module, batches, epochs=1, optimizer=optimizer, progress=False)

    return run


def seconds(run: Callable[[], None]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def measure(case: str, pictures: data.PictureSet, repeats: int) -> dict[str, Any]:
    """Seconds an epoch with and without the cache, and their ratio."""
    model = built(case, len(pictures.classes))
    config = models.config_of(model)
    transform = field_transform(config.size, config.mean, config.std)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        cache = training.PrefixCache(
            model, pictures.train, transform, views=2, folder=folder, progress=False
        )
        build = (time.perf_counter() - start) / 2
    cached = epoch_of(cache.tail, cache.batches(shuffle=True))
    through_pixels = epoch_of(model, cache.uncached_batches(shuffle=True))
    cached()  # the first call allocates; it does not count
    # Alternating, so that whatever else runs on the machine slows both alike.
    pairs = [([seconds(cached) for _ in range(3)], seconds(through_pixels)) for _ in range(repeats)]
    with_cache = statistics.median(time for times, _ in pairs for time in times)
    without = statistics.median(time for _, time in pairs)
    return {
        "with cache, s": round(with_cache, 4),
        "through pixels, s": round(without, 3),
        "one view into the cache, s": round(build, 3),
        "ratio": round(without / with_cache, 2),
        "goal": GOALS[case],
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every case, print the table, write results/cache.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3, help="pairs of epochs per case")
    parser.add_argument("--cases", nargs="+", choices=list(GOALS), default=list(GOALS))
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    pictures = data.herbarium()
    rows = {}
    for case in chosen.cases:
        rows[case] = row = measure(case, pictures, chosen.repeats)
        goal = f" (goal {row['goal']:g} x)" if row["goal"] else ""
        print(
            f"{case:18s} {row['through pixels, s']:7.3f} s -> {row['with cache, s']:.4f} s "
            f"an epoch: {row['ratio']:.4g} x{goal}",
            flush=True,
        )
        report.save("cache", {"machine": report.machine(), "cases": rows})


if __name__ == "__main__":
    main()
