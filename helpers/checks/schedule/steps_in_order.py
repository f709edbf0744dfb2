"""Exercise schedule.steps_in_order: who does what when in a training loop with a scheduler."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, ClassVar

import numpy as np
import torch

from helpers.checks.calling import number_findings, number_of
from helpers.checks.core import Answer, Evidence, Exercise, Finding, Mistake, rng
from helpers.checks.lists import beginning, same
from helpers.checks.observe import call_and_keep
from helpers.checks.reading import Seen, call_findings, number_text, returned, value_findings

MAX_NOTES = 300
#: Findings that a card shows.
MOST = 3
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


class StepsInOrder(Exercise):
    """steps_in_order(epochs, batches, train_batch, optimizer, scheduler, each) -> rates."""

    id = "schedule.steps_in_order"
    parameters = ("epochs", "batches", "train_batch", "optimizer", "scheduler", "each")
    checked = (
        "four training runs, with a scheduler for each batch and one for each epoch: every batch, "
        "every gradient, every step of both, and the rate of every batch"
    )
    mistakes: ClassVar = {
        "not-trained": Mistake(
            "Your loop never calls train_batch.", "what happens for each batch"
        ),
        "one-epoch": Mistake(
            "Your loop goes through the batches once. It should do so `epochs` times.",
            "the outer loop, and whether batches can be walked through again",
        ),
        "loops-swapped": Mistake(
            "Your loop trains each batch `epochs` times in a row. An epoch is once through all "
            "batches.",
            "which of the two loops is inside the other",
        ),
        "trained-twice": Mistake(
            "Your loop trains every batch twice.", "every call of train_batch"
        ),
        "wrong-batches": Mistake(
            "Your loop does not go through the batches in their order, once in each epoch.",
            "the two loops",
        ),
        "no-zero-grad": Mistake(
            "Gradients pile up: a batch adds its own to those of the batches before.",
            "where the gradients are set to zero, and how often",
        ),
        "zeroed-afterwards": Mistake(
            "The first batch adds its gradients to those left over from before your loop.",
            "where the gradients are set to zero: before each batch",
        ),
        "cleared-before-step": Mistake(
            "The gradients are set to zero before the optimizer can use them.",
            "the order of zeroing, training and the optimizer's step",
        ),
        "no-optimizer-step": Mistake(
            "The optimizer never makes a step: nothing is learnt.", "what happens for each batch"
        ),
        "optimizer-per-epoch": Mistake(
            "The optimizer makes {steps} steps for {batches} batches. It should make one for each.",
            "in which of the two loops the optimizer's step stands",
        ),
        "step-before-training": Mistake(
            "The optimizer makes its step before the batch was trained, with the gradients of the "
            "batch before.",
            "the order of training and the optimizer's step",
        ),
        "scheduler-never-steps": Mistake(
            "The scheduler never makes a step: the rate stays the same.",
            "where scheduler.step() is called, for each of the two values of each",
        ),
        "scheduler-before-optimizer": Mistake(
            "The scheduler makes its step before the optimizer. The first rate is skipped, and "
            "torch warns about it.",
            "the order of the two steps",
        ),
        "scheduler-per-batch": Mistake(
            "The scheduler makes a step after each batch, although one at the end of each epoch "
            "was asked for. The schedule is over long before the training is.",
            'what your loop does when each is "epoch"',
        ),
        "scheduler-per-epoch": Mistake(
            "The scheduler makes a step at the end of each epoch, although one after each batch "
            "was asked for. The training is over long before the schedule is.",
            'what your loop does when each is "batch"',
        ),
        "scheduler-both": Mistake(
            "The scheduler makes a step after each batch, and another at the end of each epoch.",
            "the two conditions: only one of them may be true",
        ),
        "scheduler-once": Mistake(
            "The scheduler makes a single step, after everything else.",
            "in which loop scheduler.step() stands",
        ),
        "number-told": Mistake(
            "You tell the scheduler which step it is, and it is a wrong one: numbers of batches "
            "begin again in each epoch. A scheduler counts by itself.",
            "the brackets of scheduler.step()",
        ),
        "scheduler-reset": Mistake(
            "The schedule begins again in each epoch.",
            "anything in the outer loop that sets the scheduler or the rate back",
        ),
        "rate-not-scheduled": Mistake(
            "The batches are trained with other rates than the scheduler's.",
            "anything in your loop that sets a rate",
        ),
        "wrong-order": Mistake(
            "Optimizer and scheduler do not take turns as they should.",
            "the order of things in one batch, and at the end of one epoch",
        ),
        "rates-after-the-step": Mistake(
            "Your list has the rates after the scheduler's step: those of the batches to come.",
            "the moment at which the rate is written down",
        ),
        "rates-per-epoch": Mistake(
            "Your list has one rate for each epoch. One for each batch is asked for.",
            "in which of the two loops the rate is written down",
        ),
        "other-group": Mistake(
            "Your list has the rates of another group than the first.",
            "which of the optimizer's groups you read",
        ),
        "all-groups": Mistake(
            "Your list has the rates of all groups for each batch. The first group's is asked for.",
            "how a single rate is taken from a list of them",
        ),
        "one-rate-repeated": Mistake(
            "Your list has the same rate for every batch, although it changes on the way.",
            "the moment at which the rate is read",
        ),
        "losses-not-rates": Mistake(
            "Your list has what train_batch returned. The rates are asked for.",
            "what is written down for each batch",
        ),
        "wrong-length": Mistake(
            "Your list has {length} rates for {batches} batches.",
            "where in the loop a rate is written down",
        ),
        "wrong-rates": Mistake(
            "The rates in your list are not those that the batches were trained with.",
            "when, and from where, the rate is read",
        ),
    }  # fmt: skip

    def inputs(self, seed: int) -> list[Course]:
        """A step each batch, a step each epoch, both once more with gradients left over."""
        draw = rng(seed, self.id)
        courses = []
        for number, each in enumerate(("batch", "epoch", "batch", "epoch")):
            batches, epochs = (int(count) for count in draw.permutation([2, 3, 4])[:2])
            values = tuple(float(value) for value in draw.uniform(0.5, 3, size=batches))
            rates = 0.02 * np.cumprod(draw.uniform(0.75, 0.95, size=epochs * batches + 2))
            table = tuple(float(rate) for rate in rates)
            courses.append(Course(each, epochs, values, table, 2 - number // 2, number > 1))
        return courses

    def probe(self, answer: Answer, seed: int) -> Evidence:
        torch.set_grad_enabled(True)
        runs = []
        for course in self.inputs(seed):
            bench = Bench(course)
            call, _ = call_and_keep(
                answer, course.epochs, bench.batches, bench.train_batch, bench.optimizer,
                bench.scheduler, course.each,
            )  # fmt: skip
            bench.notes.open = False
            runs.append({"call": call, "notes": bench.notes.taken})
        return {"runs": runs}

    def judge(self, evidence: Evidence, seed: int) -> list[Finding]:
        runs = []
        for run, course in zip(evidence["runs"], self.inputs(seed), strict=True):
            value = returned(run["call"])
            form = call_findings(self, run["call"])
            if form := form or ([] if value.kind == "list" else value_findings(value, "list")):
                return form
            runs.append(self._stages(run["notes"], value, course))
        # What goes wrong at one stage of several runs is one mistake, so the first is enough.
        stages = zip(*runs, strict=True)
        first: list[list[Finding]] = [next(filter(None, stage), []) for stage in stages]
        return list(chain.from_iterable(first))[:MOST]

    def _stages(
        self, notes: list[Evidence], value: Seen, course: Course
    ) -> tuple[list[Finding], list[Finding], list[Finding], list[Finding]]:
        """Batches, optimizer, scheduler, rates; without what only follows from an earlier one."""
        batches = self._batches(notes, course)
        if batches and batches[0].code not in ("one-epoch", "loops-swapped"):
            return batches, [], [], []
        optimizer = self._optimizer(notes, course)
        if batches:
            return batches, optimizer, [], []
        out_of_turn = bool(optimizer) and optimizer[0].code not in _GRADIENTS
        scheduler = self._scheduler(notes, course, out_of_turn)
        return batches, optimizer, scheduler, self._rates(notes, value, course)

    def _batches(self, notes: list[Evidence], course: Course) -> list[Finding]:
        """Was every batch trained, in order, in every epoch?"""
        order, epochs = list(range(len(course.batches))), course.epochs
        seen = [int(note["batch"]) for note in notes if note["what"] == TRAIN]
        right = order * epochs
        if seen == right:
            return []
        known = {
            "not-trained": [],
            "one-epoch": order,
            "loops-swapped": [batch for batch in order for _ in range(epochs)],
            "trained-twice": [batch for batch in right for _ in range(2)],
        }
        names = [code for code, wrong in known.items() if seen == wrong]
        wanted = f"{_listed(right)} ({course.described})"
        return [self.finding((names or ["wrong-batches"])[0], wanted, _listed(seen))]

    def _optimizer(self, notes: list[Evidence], course: Course) -> list[Finding]:
        """One step for each batch, with its gradients alone?"""
        turns = [note["what"] for note in notes if note["what"] != SCHEDULE]
        trained = [note for note in notes if note["what"] == TRAIN]
        steps = [note for note in notes if note["what"] == STEP]
        if not steps:
            return [self.finding("no-optimizer-step", _turns(_right_turns(course)), _turns(notes))]
        if len(steps) < len(trained):
            count, made = len(trained), len(steps)
            wanted, got = f"{count} steps ({course.described})", f"{made} steps"
            return [self.finding("optimizer-per-epoch", wanted, got, steps=made, batches=count)]
        code = ""
        if turns[: 2 * len(trained)] == [STEP, TRAIN] * len(trained):
            code = "step-before-training"
        elif not all(note["gradients"] for note in steps):
            code = "cleared-before-step"
        elif not all(note["clean"] for note in trained[1:]):
            code = "no-zero-grad"
        elif not trained[0]["clean"]:
            code = "zeroed-afterwards"
        elif turns != [TRAIN, STEP] * len(trained):
            code = "wrong-order"
        if not code:
            return []
        if told := _GRADIENTS.get(code):
            return [self.finding(code, "for each batch its own gradients alone", told)]
        return [self.finding(code, _turns(_right_turns(course)), _turns(notes))]

    def _scheduler(self, notes: list[Evidence], course: Course, out_of_turn: bool) -> list[Finding]:
        """Does it step when it should, and do the batches get its rates?

        Args:
            out_of_turn: the optimizer's steps are wrong, and known to be: leave them out.
        """

        def turns(all_of_them: list[str]) -> list[str]:
            return [turn for turn in all_of_them if turn != STEP or not out_of_turn]

        seen, right = turns([note["what"] for note in notes]), turns(_right_turns(course))
        if seen != right:
            names = [code for code, wrong in _wrong_turns(course) if seen == turns(wrong)]
            if out_of_turn and not names:
                return []
            wanted = f"{_turns(right)} ({course.described})"
            return [self.finding((names or ["wrong-order"])[0], wanted, _turns(seen))]
        used = _used(notes)
        if same(used, course.right):
            return []
        first = used[: len(course.batches)]
        code = "rate-not-scheduled"
        if any(note.get("told") for note in notes):
            code = "number-told"
        else:
            again = np.tile(first, course.epochs) if course.each == "batch" else used[:1]
            constant = course.each == "batch" and np.ptp(used) == 0
            if not constant and np.allclose(used, again, rtol=1e-6):
                code = "scheduler-reset"
        wanted = f"{beginning(course.right, 12)} ({course.described})"
        return [self.finding(code, wanted, beginning(used, 12))]

    def _rates(self, notes: list[Evidence], value: Seen, course: Course) -> list[Finding]:
        """Are the numbers in the list the rates that the batches were trained with?"""
        right = _used(notes)
        length = int(value.data.get("length", 0))
        if any(item.kind == "list" for item in value.items):
            return [self.finding("all-groups", "a list of numbers", value.describe())]
        for item in value.items:
            if findings := number_findings(item, "As an item of the list, your function"):
                return findings
        numbers = [number_of(item) for item in value.items]
        got = np.array([number for number in numbers if number is not None], dtype=np.float64)
        if same(got, right):
            return []
        wanted = f"{beginning(right, 12)} ({course.described})"
        code = _wrong_rates(got, course) if same(right, course.right) else _wrong_list(got, right)
        if not code:
            return []
        return [self.finding(code, wanted, beginning(got, 12), length=length, batches=len(right))]


def _used(notes: list[Evidence]) -> np.ndarray:
    """The rate of each batch, as it was when the batch was trained."""
    return np.array([note["rate"] for note in notes if note["what"] == TRAIN])


def _wrong_rates(got: np.ndarray, course: Course) -> str:
    """What is wrong with the list, where the batches had the rates they should have."""
    right, batches, rates = course.right, len(course.batches), np.array(course.rates)
    count = len(right)
    after = rates[1 : count + 1]
    late = np.append(right[1:], rates[course.epochs])  # where an epoch ends
    known = [
        ("rates-after-the-step", after if course.each == "batch" else late),
        *[("rates-per-epoch", right[place::batches]) for place in range(batches)],
        ("rates-per-epoch", rates[1 : course.epochs + 1]),
        ("rates-per-epoch", rates[batches :: batches][: course.epochs]),
        ("other-group", right / 10),
        ("all-groups", np.stack([right, right / 10], axis=1).ravel()),
    ]  # fmt: skip
    for code, wrong in known:
        if same(got, wrong):
            return code
    if len(got) != count:
        return "wrong-length"
    if np.ptp(got) == 0:
        return "one-rate-repeated"
    return "losses-not-rates" if (got > 0.5).all() else "wrong-rates"


def _wrong_list(got: np.ndarray, used: np.ndarray) -> str:
    """The same where the batches had other rates; "" for what may follow from that."""
    if same(got, used / 10):
        return "other-group"
    if len(got) == len(used) and np.ptp(used) > 0 and same(got[:-1], used[1:]):
        return "rates-after-the-step"
    return "losses-not-rates" if len(got) and (got > 0.5).all() else ""


#: What the optimizer found, where the order of the calls does not show it.
_GRADIENTS = {
    "cleared-before-step": "no gradients, by the time of the optimizer's step",
    "no-zero-grad": "gradients of earlier batches as well",
    "zeroed-afterwards": "in the first batch, gradients from before as well",
}


def _right_turns(course: Course) -> list[str]:
    return _course_of(course, [TRAIN, STEP, *([SCHEDULE] if course.each == "batch" else [])],
                      [SCHEDULE] if course.each == "epoch" else [])  # fmt: skip


def _course_of(
    course: Course, batch: list[str], end: list[str], begin: tuple[str, ...] = ()
) -> list[str]:
    """What happens in a whole run, from what happens in a batch and around an epoch."""
    return [*begin, *batch * len(course.batches), *end] * course.epochs


def _wrong_turns(course: Course) -> list[tuple[str, list[str]]]:
    """The order in which things happen, by mistake."""
    plain, late = [TRAIN, STEP], [TRAIN, STEP, SCHEDULE]
    early: list[list[str]] = [[TRAIN, SCHEDULE, STEP], [SCHEDULE, TRAIN, STEP]]
    build: Callable[..., list[str]] = lambda *parts: _course_of(course, *parts)  # noqa: E731
    other = "scheduler-per-batch" if course.each == "epoch" else "scheduler-per-epoch"
    wrong = [
        ("scheduler-never-steps", build(plain, [])),
        ("scheduler-both", build(late, [SCHEDULE])),
        ("scheduler-once", [*build(plain, []), SCHEDULE]),
    ]
    per_batch, per_epoch = "scheduler-before-optimizer", other
    if course.each == "epoch":
        per_batch, per_epoch = other, "scheduler-before-optimizer"
    wrong += [(per_batch, build(turns, [])) for turns in early]
    wrong += [(per_epoch, build(plain, [], (SCHEDULE,)))]
    wrong += [(per_epoch, _before_the_last_step(course))]
    wrong += [(other, build(late, []) if course.each == "epoch" else build(plain, [SCHEDULE]))]
    return wrong


def _before_the_last_step(course: Course) -> list[str]:
    """At the end of each epoch the scheduler, and then the optimizer's last step."""
    most = [TRAIN, STEP] * (len(course.batches) - 1)
    return [*most, TRAIN, SCHEDULE, STEP] * course.epochs


def _turns(notes: list[Evidence] | list[str]) -> str:
    words = [note if isinstance(note, str) else str(note["what"]) for note in notes]
    return ", ".join(words[:10]) + (", …" if len(words) > 10 else "")


def _listed(batches: list[int]) -> str:
    words = ["another" if batch < 0 else number_text(batch) for batch in batches]
    return f"batches {', '.join(words[:16])}" if words else "no batch"
