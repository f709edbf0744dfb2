"""The schedule widget: rates that are torch's, runs that are fair, words that say how near."""

from __future__ import annotations

import copy
import html
import math
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets
import pytest
import torch
from explore_pictures import picture_set
from torch import nn
from torch.optim import lr_scheduler

from helpers import explore, models
from helpers.errors import CourseError
from helpers.explore import schedule_chart, schedule_runs
from helpers.explore.schedule_runs import CURVES, CYCLED, Choice, Run, rates
from helpers.explore.schedules import Schedules


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return models.backbone(classes=3).train()


@pytest.fixture(scope="module")
def shared(model: nn.Module) -> Schedules:
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    explorer: Schedules = explore.schedule(picture_set(), model).explorer
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), "the model that was given stays as it was"
    assert [module.training for module in model.modules()] == modes
    return explorer


@pytest.fixture
def live(shared: Schedules) -> Schedules:
    """One cycle over six epochs."""
    shared.kind.value, shared.epochs.value = "one cycle", 6
    shared.peak.value, shared.cycles.value = 10**-2.0, 3
    return shared


def finished(steps: Generator[float, None, Run]) -> Run:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            run: Run = end.value
            return run


def of_torch(make: Any, steps: int, peak: float) -> list[float]:
    optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=peak)
    scheduler = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


# The rates.


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("cosine", lambda o: lr_scheduler.CosineAnnealingLR(o, 60)),
        ("restarts", lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 20)),
        ("triangles", lambda o: lr_scheduler.CyclicLR(o, 0.02, 0.2, 10, cycle_momentum=False)),
        ("steps", lambda o: lr_scheduler.StepLR(o, 20, 0.1)),
    ],
)
def test_rates_are_torchs(kind: str, make: Any) -> None:
    ours = rates(Choice(kind, peak=0.2, cycles=3), 60)
    assert ours == pytest.approx(of_torch(make, 60, 0.2), rel=1e-6, abs=1e-9)


def test_one_cycle_is_torchs_up_to_a_step() -> None:
    ours = rates(Choice("one cycle", peak=0.2), 2000)
    theirs = of_torch(
        lambda o: lr_scheduler.OneCycleLR(o, 0.2, total_steps=2000, pct_start=0.25), 2000, 0.2
    )
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) < 0.2 * 0.004


@pytest.mark.parametrize("kind", CURVES)
@pytest.mark.parametrize("cycles", [1, 6])
def test_no_rate_is_above_the_peak_or_below_nothing(kind: str, cycles: int) -> None:
    for steps in (1, 7, 240):
        found = rates(Choice(kind, peak=0.3, cycles=cycles), steps)
        assert len(found) == steps
        assert all(0 <= rate <= 0.3 * (1 + 1e-9) for rate in found)


@pytest.mark.parametrize("kind", CURVES)
def test_cycles_matter_where_they_can_be_chosen(kind: str) -> None:
    one, three = (rates(Choice(kind, cycles=n), 60) for n in (1, 3))
    assert (one != three) == (kind in CYCLED)


# The runs.


def test_a_run_takes_the_rates_it_is_given(live: Schedules) -> None:
    steps = 6 * schedule_runs.epoch_steps(live.setting)
    still = finished(schedule_runs.running(live.setting, [0.0] * steps))
    assert len(set(still.losses)) == 1, "a rate of 0 moves nothing"
    half = finished(
        schedule_runs.running(live.setting, [0.05] * (steps // 2) + [0.0] * (steps - steps // 2))
    )
    assert half.losses[0] == still.losses[0], "the same start"
    assert half.losses[3] != half.losses[0]
    assert len(set(half.losses[3:])) == 1


def test_a_run_leaves_the_head_and_the_random_state(live: Schedules) -> None:
    before, state = copy.deepcopy(live.setting.tail.state_dict()), torch.get_rng_state()
    first = finished(schedule_runs.running(live.setting, [0.1] * 4))
    assert finished(schedule_runs.running(live.setting, [0.1] * 4)) == first
    assert torch.equal(torch.get_rng_state(), state)
    for name, value in live.setting.tail.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_run_that_explodes_is_told_and_drawn(live: Schedules) -> None:
    wild = finished(schedule_runs.running(live.setting, [1e38] * 12))
    assert math.isinf(wild.end)
    far = finished(schedule_runs.running(live.setting, [1e30] * 4))
    assert "beyond all bounds" in schedule_chart.words_for(Choice(epochs=4), far, far)
    assert "beyond all bounds" in schedule_chart.words_for(Choice(epochs=4), wild, wild)
    assert "smaller peak" in schedule_chart.feedback(wild, wild)[0]
    assert live.chart.draw(Choice(epochs=4, peak=1e38), wild, wild).startswith(b"\xff\xd8")


def test_the_kernel_can_listen_while_a_run_is_on(live: Schedules) -> None:
    steps = 6 * schedule_runs.epoch_steps(live.setting)
    shares = list(schedule_runs.running(live.setting, [0.01] * steps, listen=0.0))
    assert len(shares) == 6
    assert shares == sorted(shares)


# What is said.


def run(end: float) -> Run:
    return Run([0.1], [3.0, end], 0.9)


@pytest.mark.parametrize(
    ("mine", "constant", "words", "reached"),
    [
        (0.2, 0.5, "Now 0.20 against 0.50, 40% of it", True),
        (0.3, 0.5, "60% of it. Another schedule", False),
        (0.25, 0.2, "nothing to repair", False),
        (0.2, math.inf, "Choose a smaller peak", False),
        (math.inf, 0.5, "beyond all bounds against 0.50", False),
    ],
)
def test_the_goal_says_how_near_one_is(
    mine: float, constant: float, words: str, reached: bool
) -> None:
    said, found = schedule_chart.feedback(run(mine), run(constant))
    assert words in said
    assert found == reached


# The controls.


@pytest.mark.parametrize(
    ("control", "value"), [("kind", "triangles"), ("epochs", 9), ("peak", 10**-1.0)]
)
def test_each_control_gives_other_runs(live: Schedules, control: str, value: Any) -> None:
    before = (live.picture.value, live.summary.value)
    getattr(live, control).value = value
    assert live.picture.value != before[0]
    assert live.summary.value != before[1]


def test_cycles_are_locked_where_there_is_one(live: Schedules) -> None:
    assert live.cycles.disabled
    live.kind.value = "restarts"
    assert not live.cycles.disabled
    before = live.picture.value
    live.cycles.value = 5
    assert live.picture.value != before
    assert "(5 of them)" in live.words


def test_a_constant_run_is_made_once(live: Schedules, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[list[float]] = []
    real = schedule_runs.running

    def noted(setting: Any, every_rate: list[float], **options: Any) -> Any:
        made.append(every_rate)
        return real(setting, every_rate, **options)

    monkeypatch.setattr(schedule_runs, "running", noted)
    live.kind.value = "cosine"
    assert len(made) == 1
    live.peak.value *= 1 + 1e-12
    assert len(made) == 1, "a last digit starts nothing"


def test_a_failure_is_said_in_the_widget(live: Schedules, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise CourseError("the disk is <full>")
        yield

    monkeypatch.setattr(schedule_runs, "running", broken)
    live.kind.value = "steps"
    assert "the disk is &lt;full&gt;" in live.summary.value


def everything_in(widget: Any) -> Generator[Any, None, None]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


def test_every_control_has_a_label_and_can_be_reached(live: Schedules) -> None:
    kinds = (widgets.IntSlider, widgets.FloatLogSlider, widgets.Dropdown)
    found = [each for each in everything_in(live.panel) if isinstance(each, kinds)]
    assert {each.description for each in found} == {"Schedule", "Peak rate", "Epochs", "Cycles"}
    assert all(each.tabbable is not False for each in found)


def test_without_a_kernel_there_is_a_picture_and_its_words(live: Schedules) -> None:
    bundle = live.panel._repr_mimebundle_()
    assert bundle["text/plain"] == live.words
    assert "The same rate held constant: loss" in bundle["text/plain"]
    assert bundle["image/jpeg"].startswith("/9j/")
    assert live.words in html.unescape(live.summary.value)


def test_nothing_goes_to_stderr(live: Schedules, capfd: pytest.CaptureFixture[str]) -> None:
    live.peak.value, live.epochs.value = 1.0, 24
    live.kind.value = "steps"
    assert capfd.readouterr().err == ""


def test_what_is_no_data_set_gets_one_line() -> None:
    given: Any = picture_set().train
    with pytest.raises(CourseError, match="all splits"):
        explore.schedule(given)
