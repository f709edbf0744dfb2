"""Exercise schedule.steps_in_order, judged: who took which turn, and at which rate."""

from collections.abc import Callable
from itertools import chain

import numpy as np

from helpers.checks.calling import number_findings, number_of
from helpers.checks.core import Evidence, Exercise, Finding
from helpers.checks.lists import beginning, same
from helpers.checks.reading import Seen, call_findings, number_text, returned, value_findings
from helpers.checks.schedule.steps_in_order_probe import SCHEDULE, STEP, TRAIN, Course
from helpers.checks.several import MOST

#: What the optimizer found, where the order of the calls does not show it.
_GRADIENTS = {
    "cleared-before-step": "no gradients, by the time of the optimizer's step",
    "no-zero-grad": "gradients of earlier batches as well",
    "zeroed-afterwards": "in the first batch, gradients from before as well",
}


def judge_runs(exercise: Exercise, evidence: Evidence, courses: list[Course]) -> list[Finding]:
    """The findings, most basic first; see `Exercise.judge`."""
    runs = []
    for run, course in zip(evidence["runs"], courses, strict=True):
        value = returned(run["call"])
        form = call_findings(exercise, run["call"])
        if form := form or ([] if value.kind == "list" else value_findings(value, "list")):
            return form
        runs.append(_stages(exercise, run["notes"], value, course))
    # What goes wrong at one stage of several runs is one mistake, so the first is enough.
    stages = zip(*runs, strict=True)
    first: list[list[Finding]] = [next(filter(None, stage), []) for stage in stages]
    return list(chain.from_iterable(first))[:MOST]


def _stages(
    exercise: Exercise, notes: list[Evidence], value: Seen, course: Course
) -> tuple[list[Finding], list[Finding], list[Finding], list[Finding]]:
    """Batches, optimizer, scheduler, rates; without what only follows from an earlier one."""
    batches = _batches(exercise, notes, course)
    if batches and batches[0].code not in ("one-epoch", "loops-swapped"):
        return batches, [], [], []
    optimizer = _optimizer(exercise, notes, course)
    if batches:
        return batches, optimizer, [], []
    out_of_turn = bool(optimizer) and optimizer[0].code not in _GRADIENTS
    scheduler = _scheduler(exercise, notes, course, out_of_turn)
    return batches, optimizer, scheduler, _rates(exercise, notes, value, course)


def _batches(exercise: Exercise, notes: list[Evidence], course: Course) -> list[Finding]:
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
    return [exercise.finding((names or ["wrong-batches"])[0], wanted, _listed(seen))]


def _optimizer(exercise: Exercise, notes: list[Evidence], course: Course) -> list[Finding]:
    """One step for each batch, with its gradients alone?"""
    turns = [note["what"] for note in notes if note["what"] != SCHEDULE]
    trained = [note for note in notes if note["what"] == TRAIN]
    steps = [note for note in notes if note["what"] == STEP]
    if not steps:
        return [exercise.finding("no-optimizer-step", _turns(_right_turns(course)), _turns(notes))]
    if len(steps) < len(trained):
        count, made = len(trained), len(steps)
        wanted, got = f"{count} steps ({course.described})", f"{made} steps"
        return [exercise.finding("optimizer-per-epoch", wanted, got, steps=made, batches=count)]
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
        return [exercise.finding(code, "for each batch its own gradients alone", told)]
    return [exercise.finding(code, _turns(_right_turns(course)), _turns(notes))]


def _scheduler(
    exercise: Exercise, notes: list[Evidence], course: Course, out_of_turn: bool
) -> list[Finding]:
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
        return [exercise.finding((names or ["wrong-order"])[0], wanted, _turns(seen))]
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
    return [exercise.finding(code, wanted, beginning(used, 12))]


def _rates(exercise: Exercise, notes: list[Evidence], value: Seen, course: Course) -> list[Finding]:
    """Are the numbers in the list the rates that the batches were trained with?"""
    right = _used(notes)
    length = int(value.data.get("length", 0))
    if any(item.kind == "list" for item in value.items):
        return [exercise.finding("all-groups", "a list of numbers", value.describe())]
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
    return [exercise.finding(code, wanted, beginning(got, 12), length=length, batches=len(right))]


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


def _right_turns(course: Course) -> list[str]:
    """The order in which things should happen."""
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
    """The first turns of a run, in words."""
    words = [note if isinstance(note, str) else str(note["what"]) for note in notes]
    return ", ".join(words[:10]) + (", …" if len(words) > 10 else "")


def _listed(batches: list[int]) -> str:
    """Batches by their numbers, in words."""
    words = ["another" if batch < 0 else number_text(batch) for batch in batches]
    return f"batches {', '.join(words[:16])}" if words else "no batch"
