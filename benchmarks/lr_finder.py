"""The range test of the course against a bare loop and against those of three libraries.

    uv run --isolated --group peers python -m benchmarks.lr_finder

Everybody gets the same model (lite0 on the herbarium: a fresh linear head on cached features, or
the last stage unfrozen too), the same batches, steps and rates, in one process on one thread. What
is measured: processor time against a bare loop of the same steps, medians of alternating runs; what
is left changed afterwards; and how far suggestions lie apart over several orders of the data.
A library that is not installed is named and skipped.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import math
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader

from benchmarks import report
from benchmarks.lr_finder_sides import Loss, Side, Tail, Task, installed, quiet, versions
from helpers import data, models, training
from helpers.data.transforms import field_transform
from helpers.randomness import random_state
from helpers.training.lr_finder import lr_band
from helpers.training.recipes import unfreeze

LOW, HIGH, STEPS = 1e-6, 10.0, 100
HARMLESS = 1e-3  # end of a sweep in which nobody's loss diverges, so that all take every step
GOAL = 1.05
AT = 10  # the batch at which the interrupt or the NaN comes
Batch = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Setting:
    """A model to test on: what is unfrozen, how it is trained, what is timed."""

    stages: tuple[str, ...]
    adam: bool
    factor: float
    timed_steps: int
    rounds: int


SETTINGS = {
    "linear head, SGD": Setting((), False, 1.0, 100, 25),
    "linear head, AdamW": Setting((), True, 1.0, 100, 25),
    "last stage, SGD": Setting(("layer4",), False, 10.0, 40, 7),
}


class Course:
    """A setting, ready to give any number of equal tasks."""

    def __init__(self, setting: Setting, pictures: data.PictureSet, norms: bool = False) -> None:
        """Fill the cache; `norms`: the stage's BatchNorms learn as well."""
        self.setting = setting
        model = unfreeze(models.backbone("lite0", len(pictures.classes)), setting.stages)
        if norms:
            for stage in setting.stages:
                model.get_submodule(stage).requires_grad_(True)
        config = models.config_of(model)
        transform = field_transform(config.size, config.mean, config.std)
        self.cache = training.PrefixCache(model, pictures.train, transform, views=4, progress=False)

    def model(self) -> tuple[Tail, torch.optim.Optimizer]:
        """A copy of the tail, and an optimizer: the head at 0.01, the stage at less."""
        tail = Tail(copy.deepcopy(self.cache.tail))
        head = list(tail.body[-1].parameters())  # type: ignore[index]
        mine = {id(parameter) for parameter in head}
        body = [p for p in tail.parameters() if p.requires_grad and id(p) not in mine]
        groups = [
            {"params": params, "lr": rate}
            for params, rate in ((head, 0.01), (body, 0.01 / self.setting.factor))
            if params
        ]
        if self.setting.adam:
            return tail, torch.optim.AdamW(groups, weight_decay=0.01)
        return tail, torch.optim.SGD(groups, momentum=0.9, nesterov=True)

    def batches(self, order: int, steps: int) -> list[Batch]:
        """The first batches of an order of the data."""
        epochs, found = self.cache.batches(shuffle=True, seed=order), list[Batch]()
        while len(found) < steps:
            found.extend(epochs)
        return found[:steps]

    def task(
        self,
        batches: Sequence[Batch],
        high: float,
        stopping: bool,
        loss: Loss = functional.cross_entropy,
    ) -> Task:
        """A task on a fresh copy of the model; the loader only passes the batches on."""
        loader: DataLoader = DataLoader(batches, batch_size=None)  # type: ignore[arg-type]
        return Task(*self.model(), loader, loss, LOW, high, len(batches), stopping)


# ---------------------------------------------------------------------------------------- time


def seconds(side: Side, task: Task) -> float:
    """Processor time of one range test, after what a side prepares."""
    with quiet():
        run = side(task)
        start = time.process_time()
        run()
        return time.process_time() - start


def measure_time(course: Course, sides: dict[str, Side]) -> dict[str, Any]:
    """Milliseconds a step, and the ratio to the bare loop of the same round."""
    batches = course.batches(0, course.setting.timed_steps)
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(course.setting.rounds + 1):
        for name in random.Random(turn).sample(list(sides), len(sides)):
            took = seconds(sides[name], course.task(batches, HARMLESS, stopping=False))
            if turn:  # the first round imports and allocates
                times[name].append(took)
    bare = times["bare loop"]
    return {
        name: {
            "ms a step": round(1000 * statistics.median(took) / len(batches), 3),
            "ratio": round(statistics.median(a / b for a, b in zip(took, bare, strict=True)), 3),
        }
        for name, took in times.items()
    }


# ------------------------------------------------------------------------------- what it leaves


def state(task: Task) -> dict[str, list[Any]]:
    """Everything a range test might leave changed, by kind, as plain comparable data."""

    def plain(thing: Any) -> Any:
        return thing.detach().numpy().tobytes() if isinstance(thing, torch.Tensor) else thing

    groups, optimizer = task.optimizer.param_groups, task.optimizer.state
    rates = [{k: plain(v) for k, v in g.items() if k != "params"} for g in groups]
    held = [p for group in groups for p in group["params"]]
    numpy: Any = np.random.get_state()
    return {
        "weights": [plain(p) for p in task.model.parameters()],
        "buffers": [plain(b) for b in task.model.buffers()],
        "gradients": [plain(p.grad) for p in task.model.parameters()],
        "optimizer": [{k: plain(v) for k, v in optimizer.get(p, {}).items()} for p in held],
        "rates": rates,
        "modes": [m.training for m in task.model.modules()],
        "random states": [random.getstate(), numpy[1].tobytes(), plain(torch.get_rng_state())],
    }


class Interrupting(list):
    """Batches with a Ctrl-C in them."""

    def __getitem__(self, index: Any) -> Any:
        if index == AT:
            raise KeyboardInterrupt
        return super().__getitem__(index)


def nan_at(number: int) -> Loss:
    """A cross-entropy that is NaN once."""
    calls = iter(range(10**9))

    def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        value = functional.cross_entropy(logits, labels)
        return value * math.nan if next(calls) == number else value

    return loss


def left_changed(course: Course, side: Side, case: str) -> list[str]:
    """The kinds of things that are not as they were, after a test of 30 steps.

    Before it, the model has trained for two steps, and lies in eval mode with gradients.
    """
    batches = course.batches(0, 30)
    loss = nan_at(AT) if case == "after NaN" else functional.cross_entropy
    chosen = Interrupting(batches) if case == "after Ctrl-C" else batches
    task = course.task(chosen, HARMLESS, stopping=False, loss=loss)
    task.model.train()
    for images, labels in batches[:2]:
        task.optimizer.zero_grad()
        functional.cross_entropy(task.model(images), labels).backward()
        task.optimizer.step()
    task.model.eval()
    with quiet():
        run = side(task)
        before = state(task)
        with contextlib.suppress(KeyboardInterrupt, SystemExit):  # Lightning makes it an exit
            run()
    after = state(task)
    return [kind for kind, values in before.items() if values != after[kind]]


# -------------------------------------------------------------------------------------- spread


def band(course: Course, order: int) -> dict[str, float | None]:
    """Our band, over eight orders of its own."""
    tail, optimizer = course.model()
    batches = course.cache.batches(shuffle=True, seed=order)
    found = lr_band(tail, batches, optimizer, low=LOW, high=HIGH, steps=STEPS, seed=order)
    return {"band of 8": found.suggestion}


def suggestions(course: Course, sides: dict[str, Side], orders: int) -> Iterator[tuple[str, Any]]:
    """(side: method, suggestion) for each order of the data."""
    for order in range(orders):
        batches = course.batches(order, STEPS)
        for name, side in sides.items():
            with quiet():
                found = side(course.task(batches, HIGH, stopping=True))()
            for method, value in found.items():
                yield f"{name}: {method}", value
        for method, value in band(course, order).items():
            yield f"this library: {method}", value


def measure_spread(course: Course, sides: dict[str, Side], orders: int) -> dict[str, Any]:
    """Median, and largest by smallest suggestion, over orders of the data."""
    found: dict[str, list[float]] = {}
    for name, value in suggestions(course, sides, orders):
        found.setdefault(name, [])
        if value is not None and math.isfinite(value):
            found[name].append(float(f"{value:.4g}"))
    return {
        name: {
            "median": float(f"{statistics.median(values):.3g}") if values else None,
            "spread": float(f"{max(values) / min(values):.3g}") if values else None,
            "none given": orders - len(values),
            "suggestions": values,
        }
        for name, values in found.items()
    }


# ---------------------------------------------------------------------------------------- main


def table(title: str, rows: dict[str, Any], line: Callable[[Any], str]) -> None:
    """One part, printed."""
    print(f"\n{title}", flush=True)
    for name, row in rows.items():
        print(f"  {name:28s} {line(row)}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every part, print the tables, write results/lr_finder.json."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--orders", type=int, default=8, help="orders of the data")
    parser.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS))
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    sides, pictures = installed(), data.herbarium()
    result: dict[str, Any] = {"machine": report.machine(), "compared with": versions()}
    with random_state(0):
        changed = measure_changes(pictures, sides)
    result["left changed"] = changed
    for case, rows in changed.items():
        table(f"left changed {case}", rows, lambda kinds: ", ".join(kinds) or "nothing")
    for name in chosen.settings:
        course = Course(SETTINGS[name], pictures)
        timed = measure_time(course, sides)
        table(
            f"{name}: time (goal {GOAL} x)",
            timed,
            lambda row: f"{row['ms a step']:7.3f} ms a step, {row['ratio']:.3f} x the bare loop",
        )
        spread = measure_spread(course, sides, chosen.orders)
        table(
            f"{name}: suggestions over {chosen.orders} orders of the data",
            spread,
            lambda row: (
                f"median {row['median']}, spread {row['spread']} x, "
                f"none given {row['none given']} times"
            ),
        )
        result.setdefault("settings", {})[name] = {"time": timed, "spread": spread}
        report.save("lr_finder", result)


def measure_changes(pictures: data.PictureSet, sides: dict[str, Side]) -> dict[str, Any]:
    """What each side leaves changed, with statistics that move and two groups of parameters."""
    course = Course(SETTINGS["last stage, SGD"], pictures, norms=True)
    return {
        case: {name: left_changed(course, side, case) for name, side in sides.items()}
        for case in ("after a test", "after Ctrl-C", "after NaN")
    }


if __name__ == "__main__":
    main()
