"""Exercise schedule.steps_in_order, probed: training runs in which everything notes its turn."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from helpers.checks.core import Answer, Evidence
from helpers.checks.observe import call_and_keep

MAX_NOTES = 300
#: What a note is about.
TRAIN, STEP, SCHEDULE = "train", "step", "schedule"


class Notes:
    """What happened, in order: plain data."""

    def __init__(self) -> None:
        self.taken: list[Evidence] = []
        self.open = False

    def add(self, what: str, **details: Any) -> None:
        if self.open and len(self.taken) < MAX_NOTES:
            self.taken.append({"what": what, **details})


class _NotingScheduler(torch.optim.lr_scheduler.LambdaLR):
    notes: Notes | None = None

    def step(self, epoch: Any = None) -> None:
        if self.notes is not None:
            self.notes.add(SCHEDULE, told=epoch is not None)
        super().step(epoch)


@dataclass(frozen=True)
class Course:
    """One training run: how many epochs and batches, when the scheduler steps, its rates."""

    each: str
    epochs: int
    batches: tuple[float, ...]
    rates: tuple[float, ...]
    groups: int = 2
    left_over: bool = False

    @property
    def described(self) -> str:
        return f'{self.epochs} epochs of {len(self.batches)} batches, each="{self.each}"'

    @property
    def right(self) -> np.ndarray:
        """The rate of each batch."""
        batches, epochs = len(self.batches), self.epochs
        if self.each == "batch":
            return np.array(self.rates[: epochs * batches])
        return np.repeat(self.rates[:epochs], batches)


@dataclass
class Bench:
    """What one call of the answer is given."""

    course: Course
    notes: Notes = field(default_factory=Notes)

    def __post_init__(self) -> None:
        course = self.course
        self.weights = [torch.nn.Parameter(torch.ones(2) + k) for k in range(course.groups)]
        groups = [
            {"params": [weight], "lr": course.rates[0] / 10**k}
            for k, weight in enumerate(self.weights)
        ]
        self.optimizer = torch.optim.SGD(groups, lr=course.rates[0])
        self.optimizer.register_step_post_hook(self._note_step)
        rates = course.rates
        self.scheduler = _NotingScheduler(
            self.optimizer, lambda step: rates[min(int(step), len(rates) - 1)] / rates[0]
        )
        self.scheduler.notes = self.notes
        self.batches = [torch.tensor([value, -value]) for value in course.batches]
        if course.left_over:
            for weight in self.weights:
                weight.grad = torch.ones_like(weight)
        self.notes.open = True

    def _note_step(self, *_: Any) -> None:
        self.notes.add(STEP, gradients=not _clean(self.optimizer))

    def train_batch(self, batch: Any) -> float:
        """The loss of one batch, after its backward pass."""
        known = [place for place, own in enumerate(self.batches) if _same(own, batch)]
        self.notes.add(
            TRAIN,
            batch=known[0] if known else -1,
            clean=_clean(self.optimizer),
            rate=float(self.optimizer.param_groups[0]["lr"]),
        )
        shift = batch if isinstance(batch, torch.Tensor) else 0.0
        loss = torch.stack([((weight - shift) ** 2).sum() for weight in self.weights]).sum()
        loss.backward()
        return float(loss.detach())


def _same(own: torch.Tensor, batch: Any) -> bool:
    """Whether this is the batch, or a copy of it."""
    alike = isinstance(batch, torch.Tensor) and batch.shape == own.shape
    return alike and bool((batch == own).all())


def _clean(optimizer: torch.optim.Optimizer) -> bool:
    """Whether no parameter has a gradient other than zero."""
    return not any(
        parameter.grad is not None and bool(parameter.grad.any())
        for group in optimizer.param_groups
        for parameter in group["params"]
    )


def draw_courses(draw: np.random.Generator) -> list[Course]:
    """A step each batch, a step each epoch, both once more with gradients left over."""
    courses = []
    for number, each in enumerate(("batch", "epoch", "batch", "epoch")):
        batches, epochs = (int(count) for count in draw.permutation([2, 3, 4])[:2])
        values = tuple(float(value) for value in draw.uniform(0.5, 3, size=batches))
        rates = 0.02 * np.cumprod(draw.uniform(0.75, 0.95, size=epochs * batches + 2))
        table = tuple(float(rate) for rate in rates)
        courses.append(Course(each, epochs, values, table, 2 - number // 2, number > 1))
    return courses


def observe_runs(answer: Answer, courses: list[Course]) -> list[Evidence]:
    """What each run returned, and the notes taken in it."""
    torch.set_grad_enabled(True)
    runs = []
    for course in courses:
        bench = Bench(course)
        call, _ = call_and_keep(
            answer, course.epochs, bench.batches, bench.train_batch, bench.optimizer,
            bench.scheduler, course.each,
        )  # fmt: skip
        bench.notes.open = False
        runs.append({"call": call, "notes": bench.notes.taken})
    return runs
