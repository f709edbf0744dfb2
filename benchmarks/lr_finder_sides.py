"""The sides that `benchmarks.lr_finder` compares: one range test each, on one task.

A side prepares a task, which is not timed, and returns the function that runs the test, which is.
That function returns the suggestions by the name of the method; everything a user of that side has
to call to get the model back belongs to it.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import io
import logging
import math
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.utils.data import DataLoader

from helpers.training.loop import is_frozen
from helpers.training.lr_finder import lr_at, range_test

Suggestions = dict[str, float | None]
Run = Callable[[], Suggestions]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

PACKAGES = {"torch-lr-finder": "torch_lr_finder", "fastai": "fastai", "Lightning": "lightning"}
INSTALL = "uv run --isolated --group peers python -m benchmarks.lr_finder"


@dataclass
class Task:
    """What every side is given: its own copy of the model, its own optimizer, the same batches.

    Attributes:
        steps: length of the sweep from low to high; the loader has as many batches.
        stopping: end early when the loss diverges, by each side's own rule; otherwise never.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    loader: DataLoader
    loss: Loss
    low: float
    high: float
    steps: int
    stopping: bool

    @property
    def ratios(self) -> list[float]:
        """The rate of each group, as a share of the largest."""
        rates = [group["lr"] for group in self.optimizer.param_groups]
        return [rate / max(rates) for rate in rates]


class Tail(nn.Module):
    """A model whose frozen parts stay in eval mode whoever calls `train()`.

    So all sides train the same thing, and none is slower for moving statistics that the course
    keeps.
    """

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, batch: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.body(batch)
        return logits

    def train(self, mode: bool = True) -> Tail:
        super().train(mode)
        for module in self.modules():
            if mode and is_frozen(module):
                module.training = False
        return self


def bare_loop(task: Task) -> Run:
    """The same steps and nothing else: no record of the rates, no smoothing, nothing undone."""
    rates = [lr_at(step, task.steps, task.low, task.high) for step in range(task.steps)]
    pairs = list(zip(task.optimizer.param_groups, task.ratios, strict=True))

    def run() -> Suggestions:
        task.model.train()
        losses = []
        for rate, (images, labels) in zip(rates, task.loader, strict=True):
            for group, ratio in pairs:
                group["lr"] = rate * ratio
            loss = task.loss(task.model(images), labels)
            losses.append(loss.item())
            task.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            task.optimizer.step()
        return {}

    return run


def this_library(task: Task) -> Run:
    """`training.lr_finder.range_test`; it always stops, so a task for timing must not diverge."""

    def run() -> Suggestions:
        result = range_test(
            task.model,
            task.loader,
            task.optimizer,
            loss=task.loss,
            low=task.low,
            high=task.high,
            steps=task.steps,
        )
        return {"one test": result.suggestion}

    return run


def torch_lr_finder(task: Task) -> Run:
    """The package's documented use: range_test, its suggestion, reset."""
    import torch_lr_finder as package
    from matplotlib.figure import Figure

    lows = [task.low * ratio for ratio in task.ratios]

    def run() -> Suggestions:
        finder = package.LRFinder(task.model, task.optimizer, task.loss, device="cpu")
        try:
            finder.range_test(
                task.loader,
                start_lr=lows if len(lows) > 1 else lows[0],
                end_lr=task.high,
                num_iter=task.steps,
                diverge_th=5 if task.stopping else math.inf,
            )
        finally:
            finder.reset()
        if not task.stopping:
            return {}
        return {"steepest": finder.plot(ax=Figure().add_subplot())[1]}

    return run


def fastai(task: Task) -> Run:
    """`Learner.lr_find` on the same torch optimizer, wrapped.

    One rate for all groups: a list of them, which its source foresees, is a TypeError in 2.8.12.
    """
    from fastai.callback.schedule import minimum, slide, steep, valley
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import OptimWrapper

    folder = tempfile.TemporaryDirectory()
    learner = Learner(
        DataLoaders(task.loader, task.loader),
        task.model,
        loss_func=task.loss,
        path=folder.name,
        opt_func=lambda *args, **more: OptimWrapper(opt=task.optimizer),
        train_bn=False,
    )
    learner.create_opt()

    def run() -> Suggestions:
        with folder:
            found = learner.lr_find(
                start_lr=task.low,
                end_lr=task.high,
                num_it=task.steps,
                stop_div=task.stopping,
                show_plot=False,
                suggest_funcs=(valley, slide, steep, minimum) if task.stopping else None,
            )
        return {name: float(value) for name, value in found._asdict().items()} if found else {}

    return run


def lightning(task: Task) -> Run:
    """`Tuner.lr_find` with a module that only passes things on."""
    import lightning.pytorch as pl
    from lightning.pytorch.tuner import Tuner

    class Module(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.model = task.model

        def training_step(self, batch: Any, number: int) -> torch.Tensor:
            images, labels = batch
            return task.loss(self.model(images), labels)

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return task.optimizer

    folder = tempfile.TemporaryDirectory()
    trainer = pl.Trainer(
        accelerator="cpu",
        max_steps=task.steps,
        default_root_dir=folder.name,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        barebones=False,
    )
    module, tuner = Module(), Tuner(trainer)

    def run() -> Suggestions:
        with folder:
            finder = tuner.lr_find(
                module,
                train_dataloaders=task.loader,
                min_lr=task.low,
                max_lr=task.high,
                num_training=task.steps,
                early_stop_threshold=4.0 if task.stopping else None,
                update_attr=False,
            )
        assert finder is not None
        return {"suggestion": finder.suggestion()} if task.stopping else {}

    return run


Side = Callable[[Task], Run]
SIDES: dict[str, Side] = {
    "bare loop": bare_loop,
    "this library": this_library,
    "torch-lr-finder": torch_lr_finder,
    "fastai": fastai,
    "Lightning": lightning,
}


def installed() -> dict[str, Side]:
    """The sides that can be measured here; the others are named, and skipped."""
    present = {}
    for name, side in SIDES.items():
        if name in PACKAGES and importlib.util.find_spec(PACKAGES[name]) is None:
            print(f"{name} is not installed, so it is skipped; with all: {INSTALL}")
        else:
            present[name] = side
    return present


def versions() -> dict[str, str]:
    """What was compared with."""
    found = {}
    for package in PACKAGES.values():
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            found[package] = importlib.metadata.version(package)
    return found


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No bars, logs and warnings, from any side."""
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(action="ignore"),
        ):
            yield
    finally:
        logging.disable(disabled)
