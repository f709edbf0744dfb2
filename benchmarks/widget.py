"""From a control to what it changes, in the kernel, against `ipywidgets.interact` on a new figure.

    python -m benchmarks.widget

Medians of 20 in one process on one thread. Times in processor seconds, so that what else the
machine does counts little. The peer is what a notebook usually has: a function that draws the same
nine pictures with pyplot, called anew for each position of the slider. Neither side includes the
way to the browser.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from typing import Any

import ipywidgets
import matplotlib
import torch

from benchmarks import report
from helpers import data, explore
from helpers.explore import augmenter, policy
from helpers.explore.augmenter import Augmenter
from helpers.explore.decays import Decays
from helpers.explore.head_only import HeadOnly
from helpers.explore.heads import Heads
from helpers.explore.race import Race, Setting
from helpers.explore.rates import LearningRate
from helpers.explore.retrainer import Retrainer
from helpers.explore.stages import Unfreezer

REPEATS = 20
SETTINGS = {
    "one transform": {"rotation": 25},
    "the article's": policy.PRESETS["the article's"],
    "matched to the field": policy.PRESETS["matched to the field"],
    "far too much": policy.PRESETS["far too much"],
}


def milliseconds(run: Callable[[int], object], repeats: int = REPEATS) -> float:
    """Median processor time of run(1) ... run(repeats), after one call to warm up."""
    run(0)
    times = []
    for number in range(1, repeats + 1):
        start = time.process_time()
        run(number)
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


def picture(explorer: Augmenter, settings: policy.Settings) -> float:
    """From a slider to the new montage, without the gauge."""
    explorer.set(settings)
    slider = explorer.controls["rotation"]
    start: Callable[..., None] = explorer._gauging.start
    explorer._gauging.start = lambda *args, **kwargs: None  # type: ignore[method-assign]
    try:
        return milliseconds(lambda number: setattr(slider, "value", 30 + number))
    finally:
        explorer._gauging.start = start  # type: ignore[method-assign]


def gauge(explorer: Augmenter, settings: policy.Settings) -> float:
    """From a slider that was let go to the new reading."""
    transform = policy.build(settings, explorer.pictures.size)
    return milliseconds(lambda number: explorer.probe.measure(transform), 5)


def longest_step(explorer: Augmenter, settings: policy.Settings) -> float:
    """How long, at most, the kernel does not listen while it measures."""
    steps = explorer.probe.measuring(policy.build(settings, explorer.pictures.size))
    return max(_timed(steps))


def _timed(steps: Generator[float, None, Any]) -> list[float]:
    times: list[float] = []
    while True:
        start = time.process_time()
        try:
            next(steps)
        except StopIteration:
            return times
        times.append(1000 * (time.process_time() - start))


def peer(explorer: Augmenter, settings: policy.Settings) -> float:
    """The same nine pictures by `interact` and a new pyplot figure each time."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    original = explorer.pictures.train.picture(explorer.row)

    def draw(rotation: int) -> None:
        transform = policy.build({**settings, "rotation": rotation}, explorer.pictures.size)
        figure, grid = pyplot.subplots(3, 3, figsize=(5.5, 5.5))
        shown = [original, *map(augmenter.to_picture, augmenter.variants(original, transform, 0))]
        for axes, image in zip(grid.flat, shown, strict=True):
            axes.imshow(image)
            axes.axis("off")
        figure.savefig(io.BytesIO(), format="png")  # as the inline backend does
        pyplot.close(figure)

    slider = ipywidgets.interactive(draw, rotation=(0, 180)).children[0]
    with contextlib.redirect_stdout(io.StringIO()):  # interact clears a line each time
        return milliseconds(lambda number: setattr(slider, "value", 30 + number))


def wall() -> dict[str, float]:
    """From a slider to the retrained head and its chart."""
    explorer: HeadOnly = explore.wall(data.load()).explorer
    explorer.epochs.value = 50

    def turn(number: int) -> None:
        explorer.per_class.value = explorer.per_class.max - number % 2

    return {"most pictures, 50 epochs": milliseconds(turn, 6)}


def learning_rate() -> dict[str, float]:
    """From a slider of the bowl to its picture; from a pick to its mark, and to three runs."""
    explorer: LearningRate = explore.learning_rate(data.load()).explorer
    bowl, live = explorer.bowl.controls["rate"], explorer.rates
    slide = milliseconds(lambda n: setattr(bowl, "value", 10 ** (-1.5 + n / 50)))
    mark = milliseconds(lambda n: live._draw())
    head, stage = live.settings
    return {
        "bowl": slide,
        "pick, mark only": mark,
        "runs, head alone": milliseconds(lambda n: _race(head, 10 ** (-3 + n / 10)), 6),
        "runs, last stage too": milliseconds(lambda n: _race(stage, 10 ** (-3 + n / 10)), 3),
    }


def _race(setting: Setting, pick: float) -> None:
    for _ in Race(setting, pick).running():
        pass


def unfreezing() -> dict[str, float]:
    """From a stage to its picture; from the button to the end of a run, activations stored."""
    explorer: Unfreezer = explore.unfreezing(data.load()).explorer
    last = explorer.stages[-1]
    explorer.train.click()  # stores the activations that runs begin from
    head = milliseconds(lambda n: explorer.train.click(), 6)
    toggled = milliseconds(lambda n: setattr(last, "value", not last.value))
    last.value = True
    stage = milliseconds(lambda n: explorer.train.click(), 3)
    return {"stage to picture": toggled, "run, head alone": head, "run, last stage too": stage}


def head() -> dict[str, float]:
    """From a switch to its picture; from a switch to a retrained head, the largest and a small."""
    explorer: Heads = explore.head(data.load()).explorer
    widths = (128, 256)
    return {
        "switch to picture": _without_training(explorer, "hidden", widths),
        "full head retrained": _retrained(explorer, "dropout", (0.2, 0.35)),
        "hidden 32 retrained": _retrained(explorer, "hidden", (32, 16)),
    }


def weight_decay() -> dict[str, float]:
    """From the slider to its picture; to one retrained head, and to two in a new circumstance."""
    explorer: Decays = explore.weight_decay(data.load()).explorer
    decays = (1.0, 10.0)
    return {
        "slider to picture": _without_training(explorer, "decay", decays),
        "slider to retrained": _retrained(explorer, "decay", decays, keep=0.0),
        "wrong labels, both": _retrained(explorer, "wrong", (0.3, 0.4)),
    }


def _without_training(explorer: Retrainer, name: str, values: Sequence[float]) -> float:
    start: Callable[..., None] = explorer._worker.start
    explorer._worker.start = lambda *args, **kwargs: None  # type: ignore[method-assign]
    try:
        return milliseconds(lambda n: setattr(explorer.controls[name], "value", values[n % 2]))
    finally:
        explorer._worker.start = start  # type: ignore[method-assign]


def _retrained(
    explorer: Any, name: str, values: Sequence[float], keep: float | None = None
) -> float:
    """Between two values, neither of which is remembered; runs at the decay `keep` are."""

    def turn(number: int) -> None:
        known = dict(explorer.tried)
        explorer.tried.clear()
        if isinstance(explorer, Decays):
            explorer.tried.update({k: run for k, run in known.items() if k[1] == keep})
        explorer.controls[name].value = values[number % 2]

    return milliseconds(turn, 6)


def main() -> None:
    """Print the figures beside their goals, write results/widget.json."""
    torch.set_num_threads(1)
    explorer: Augmenter = explore.augmentation(data.load()).explorer
    content: dict[str, Any] = {"machine": report.machine(), "picture_ms": {}, "gauge_ms": {}}
    print("slider to picture (goal: under 30 ms)")
    for name, settings in SETTINGS.items():
        ours, theirs = picture(explorer, settings), peer(explorer, settings)
        content["picture_ms"][name] = {"ours": round(ours, 1), "interact": round(theirs, 1)}
        print(f"  {name:22s} {ours:5.1f} ms   interact {theirs:6.1f} ms   {theirs / ours:5.1f}x")
    print("slider to gauge (goal: under 1000 ms); longest step between which the kernel listens")
    for name, settings in SETTINGS.items():
        whole, step = gauge(explorer, settings), longest_step(explorer, settings)
        content["gauge_ms"][name] = {"whole": round(whole), "longest_step": round(step)}
        print(f"  {name:22s} {whole:5.0f} ms   step {step:4.0f} ms")
    print("slider to retrained head and chart (goal: under 1000 ms)")
    content["wall_ms"] = {name: round(value) for name, value in wall().items()}
    for name, value in content["wall_ms"].items():
        print(f"  {name:22s} {value:5.0f} ms")
    for title, measure in (
        ("learning rate (goals: 30 ms, 30 ms, 1000 ms, 5000 ms)", learning_rate),
        ("unfreezing (goals: 30 ms, 1000 ms, 5000 ms)", unfreezing),
        ("head (goals: 30 ms, 1000 ms, 1000 ms)", head),
        ("weight decay (goals: 30 ms, 1000 ms, 1000 ms)", weight_decay),
    ):
        print(title)
        figures = {name: round(value, 1) for name, value in measure().items()}
        content[f"{measure.__name__}_ms"] = figures
        for name, value in figures.items():
            print(f"  {name:22s} {value:7.1f} ms")
    report.save("widget", content)


if __name__ == "__main__":
    main()
