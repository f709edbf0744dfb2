"""How fast the herbarium is drawn, and how fast it is read, against JPEG files of the same size.

    python -m benchmarks.herbarium

Prints photographs a second, drawn and out of the cache, as ratios to decoding the same pictures
from JPEG files with Pillow in the same run, and what a second process gains. The seconds of the
first three are those of the processor, so that a busy machine tells nearly the same.
"""

from __future__ import annotations

import argparse
import io
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from benchmarks import report
from helpers.data.flora import splits
from helpers.data.pictures import ArraySource

PEER = "decoded from JPEG by Pillow"
GOAL_SECONDS = 20  # of one core, for all pictures
ROUNDS = 3  # the best of so many: what else the machine does can only slow it down


def draw(place: int) -> splits.Pixels:
    """Draw one photograph of the test split."""
    index, label = divmod(place, len(splits.CLASSES))
    test = next(split for split in splits.SPLITS if split.name == "test")
    return splits.draw_photograph(test, 0, label, index, splits.SIZE)


def rate(
    count: int, work: Callable[[], object], clock: Callable[[], float] = time.process_time
) -> float:
    """Return how many pictures a second `work` gets through, at best."""
    seconds = []
    for _ in range(ROUNDS):
        start = clock()
        work()
        seconds.append(clock() - start)
    return count / min(seconds)


def as_jpeg(pixels: splits.Pixels) -> bytes:
    """Return a picture as a JPEG file of ordinary quality."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def rates(count: int) -> dict[str, float]:
    """Return pictures a second on one core: decoded by the peer, drawn, read from the cache."""
    places = range(count)
    pictures = np.stack([draw(place) for place in places])
    files = [as_jpeg(picture) for picture in pictures]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pictures.npy"
        np.save(path, pictures)
        cached = ArraySource(path, splits.digest_of(pictures))
        return {
            PEER: rate(count, lambda: [Image.open(io.BytesIO(file)).load() for file in files]),
            "drawn": rate(count, lambda: [draw(place) for place in places]),
            "out of the cache": rate(count, lambda: [cached.picture(i) for i in places]),
        }


def gain_of_a_second_process(count: int) -> float:
    """Return how many times faster two processes draw than one, by the clock on the wall."""
    places = range(count)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(draw, range(8), chunksize=1)  # both are up before the clock starts
        two = rate(count, lambda: pool.map(draw, places, chunksize=4), time.perf_counter)
    return two / rate(count, lambda: [draw(place) for place in places], time.perf_counter)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, write results/herbarium.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=96, help="how many to measure with")
    count = parser.parse_args(arguments).pictures
    torch.set_num_threads(1)
    found = rates(count)
    print(f"{count} photographs of {splits.SIZE} px, best of {ROUNDS}")
    for name, speed in found.items():
        print(f"  {name:<28} {speed:8.0f} a second   x {speed / found[PEER]:.3f}")
    total = sum(split.per_species for split in splits.SPLITS) * len(splits.CLASSES)
    seconds = total / found["drawn"]
    print(f"  all {total} on one core: {seconds:.1f} s (goal: under {GOAL_SECONDS} s)")
    gain = gain_of_a_second_process(count)
    print(f"  two processes against one    x {gain:.2f}")
    content = {
        "machine": report.machine(),
        "pictures_a_second": {name: round(speed, 1) for name, speed in found.items()},
        "all_of_them": {"pictures": total, "seconds": round(seconds, 1), "goal": GOAL_SECONDS},
        "gain_of_a_second_process": round(gain, 2),
    }
    report.save("herbarium", content)


if __name__ == "__main__":
    main()
