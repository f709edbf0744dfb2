"""How fast the herbarium is drawn, and how fast it is read, against JPEG files of the same size.

    python benchmarks/herbarium.py [--pictures 96]

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
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.data.flora import splits
from helpers.data.pictures import ArraySource

ROUNDS = 3  # the best of so many: what else the machine does can only slow it down


def draw(place: int) -> splits.Pixels:
    """Draw one photograph of the test split."""
    label, index = place % 16, place // 16
    return splits.draw_photograph(splits.SPLITS[2], 0, label, index, splits.SIZE)


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


def main() -> None:
    """Measure, print a table."""
    parser = argparse.ArgumentParser(description="Photographs a second, against Pillow.")
    parser.add_argument("--pictures", type=int, default=96)
    count = parser.parse_args().pictures
    places = range(count)
    pictures = np.stack([draw(place) for place in places])
    files = [as_jpeg(picture) for picture in pictures]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pictures.npy"
        np.save(path, pictures)
        cached = ArraySource(path, splits.digest_of(pictures))
        rates = {
            "decoded from JPEG by Pillow": rate(
                count, lambda: [Image.open(io.BytesIO(file)).load() for file in files]
            ),
            "drawn": rate(count, lambda: [draw(place) for place in places]),
            "out of the cache": rate(count, lambda: [cached.picture(i) for i in places]),
        }
    peer = rates["decoded from JPEG by Pillow"]
    print(f"{count} photographs of {splits.SIZE} px, best of {ROUNDS}")
    for name, speed in rates.items():
        print(f"  {name:<28} {speed:8.0f} a second   x {speed / peer:.3f}")
    total = sum(split.per_species * 16 for split in splits.SPLITS)
    print(f"  all {total} on one core: {total / rates['drawn']:.1f} s")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(draw, range(8), chunksize=1)  # both are up before the clock starts
        two = rate(count, lambda: pool.map(draw, places, chunksize=4), time.perf_counter)
    one = rate(count, lambda: [draw(place) for place in places], time.perf_counter)
    print(f"  two processes against one    x {two / one:.2f}")


if __name__ == "__main__":
    main()
