"""`fit`: the training loop of every lesson."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from helpers import models
from helpers.errors import CourseError
from helpers.training.history import Epoch, History
from helpers.training.metrics import Batches, evaluate, modes_restored

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
_REDRAW = 0.1  # seconds between two drawings of the progress line


def fit(
    model: nn.Module,
    batches: Batches,
    *,
    epochs: int,
    optimizer: torch.optim.Optimizer,
    loss: Loss = functional.cross_entropy,
    valid: Batches | None = None,
    scheduler: Any = None,
    step_each: str = "batch",
    device: str | torch.device = "cpu",
    progress: bool = True,
) -> History:
    """Train a model in place.

    Modules whose parameters are all frozen stay in eval mode, so their BatchNorm statistics do
    not move. Afterwards every module is in the mode it was in. On one machine the result is the
    same for the same seed and number of threads; between one thread and two, weights agree to
    about 1e-4 after an epoch, not to the last bit. A last batch of a single picture is left out
    when a BatchNorm is learning, which cannot normalise it.

    Args:
        model: maps a batch of images to logits.
        batches: gives (images, labels) anew each time it is iterated.
        epochs: how often to go through them.
        optimizer: holds the parameters to train.
        loss: of (logits, labels), a mean over the batch.
        valid: batches to evaluate on after each epoch.
        scheduler: with a `.step()`, called after the optimizer's.
        step_each: call the scheduler after each "batch" or each "epoch".
        device: where to compute.
        progress: show one line on stdout, updated in place.

    Returns:
        The history. Ctrl-C ends the run cleanly: the model stays usable and
        `history.interrupted` is True. A loss that is not finite ends it too: `history.stopped`
        says so, and so does a line on stdout.

    Raises:
        CourseError: nothing to train, no batches, or a `step_each` that does not exist.
    """
    _check(model, optimizer, step_each)
    history, line = History(), _Line(progress, epochs)
    run = _Run(model, batches, optimizer, loss, scheduler, step_each, device, line)
    with modes_restored(model):
        try:
            for number in range(1, epochs + 1):
                row = run.epoch(number, valid)
                history.epochs.append(row)
                line.epoch(row)
        except KeyboardInterrupt:
            history.interrupted = True
            history.stopped = f"interrupted in epoch {len(history.epochs) + 1} of {epochs}"
        except _NotFinite as problem:
            history.stopped = str(problem)
    line.end(history)
    return history


def training_mode(model: nn.Module) -> None:
    """`model.train()`, except that modules whose parameters are all frozen stay in eval mode.

    `requires_grad = False` alone does not keep the running statistics of a BatchNorm: a forward
    pass in training mode moves them.
    """
    model.train()
    for module in model.modules():
        if is_frozen(module):
            module.eval()


def is_frozen(module: nn.Module) -> bool:
    """Whether a module has parameters or statistics, and none of them is being trained."""
    parameters = list(module.parameters())
    if not parameters:
        return next(module.buffers(), None) is not None
    return not any(parameter.requires_grad for parameter in parameters)


class _NotFinite(Exception):
    pass


class _Run:
    """What stays the same from epoch to epoch."""

    def __init__(
        self,
        model: nn.Module,
        batches: Batches,
        optimizer: torch.optim.Optimizer,
        loss: Loss,
        scheduler: Any,
        step_each: str,
        device: str | torch.device,
        line: _Line,
    ) -> None:
        self.model, self.batches, self.optimizer = model, batches, optimizer
        self.loss, self.scheduler, self.step_each = loss, scheduler, step_each
        self.device, self.line = device, line

    def epoch(self, number: int, valid: Batches | None) -> Epoch:
        start = time.perf_counter()
        training_mode(self.model)
        learning_norm = has_learning_batchnorm(self.model)
        rate = float(self.optimizer.param_groups[0]["lr"])
        seen, total, right = 0, 0.0, 0
        for images, labels in self.batches:
            if learning_norm and len(labels) == 1 and seen:
                continue
            value, hits = self.step(images.to(self.device), labels.to(self.device), number)
            seen, total, right = seen + len(labels), total + value * len(labels), right + hits
            self.line.batch(number, total / seen)
        if not seen:
            raise CourseError("There is no batch to train on: the set of pictures is empty.")
        if self.scheduler is not None and self.step_each == "epoch":
            self.scheduler.step()
        valid_loss, valid_accuracy = (
            (None, None) if valid is None else evaluate(self.model, valid, self.device)
        )
        seconds = time.perf_counter() - start
        return Epoch(number, total / seen, right / seen, valid_loss, valid_accuracy, rate, seconds)

    def step(self, images: torch.Tensor, labels: torch.Tensor, number: int) -> tuple[float, int]:
        logits = self.model(images)
        loss = self.loss(logits, labels)
        value = loss.item()
        if not torch.isfinite(loss):
            raise _NotFinite(
                f"the loss became {value} in epoch {number}: try a smaller learning rate"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        if self.scheduler is not None and self.step_each == "batch":
            self.scheduler.step()
        return value, int((logits.argmax(1) == labels).sum())


def _check(model: nn.Module, optimizer: torch.optim.Optimizer, step_each: str) -> None:
    if step_each not in ("batch", "epoch"):
        raise CourseError(f'step_each is "batch" or "epoch", not {step_each!r}.')
    check_trainable(model, optimizer)


def check_trainable(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    """Raise a CourseError when the optimizer would train nothing of this model."""
    trainable = {id(p) for p in model.parameters() if p.requires_grad}
    if not trainable:
        raise CourseError("Every parameter of the model is frozen: unfreeze the head at least.")
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    if not trainable & held:
        raise CourseError(
            "The optimizer holds none of the model's trainable parameters: "
            "build the optimizer after the head is in place, from this model's parameters."
        )


def has_learning_batchnorm(model: nn.Module) -> bool:
    """Whether a BatchNorm is in training mode: it cannot normalise a single picture."""
    return any(models.is_batchnorm(module) and module.training for module in model.modules())


class _Line:
    """One line on stdout, rewritten in place. Never stderr, which costs a learner the points."""

    def __init__(self, show: bool, epochs: int) -> None:
        self.show, self.epochs = show, epochs
        self.width, self.drawn = 0, 0.0

    def batch(self, number: int, loss: float) -> None:
        if time.perf_counter() - self.drawn > _REDRAW:
            self._draw(f"epoch {number}/{self.epochs}  loss {loss:.3f}")

    def epoch(self, row: Epoch) -> None:
        text = f"epoch {row.epoch}/{self.epochs}  loss {row.loss:.3f}  train {row.accuracy:.1%}"
        if row.valid_accuracy is not None:
            text += f"  valid {row.valid_accuracy:.1%}"
        if row.epoch == self.epochs or time.perf_counter() - self.drawn > _REDRAW:
            self._draw(text)

    def end(self, history: History) -> None:
        if history.stopped is not None:
            if self.width:
                print(file=sys.stdout)
            print(f"Stopped: {history.stopped}.", flush=True)
        elif self.width:
            print(flush=True)

    def _draw(self, text: str) -> None:
        if self.show:
            print("\r" + text.ljust(self.width), end="", flush=True)
            self.width, self.drawn = len(text), time.perf_counter()
