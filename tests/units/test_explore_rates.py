"""The live part of the learning rate widget: range tests and short runs on the network."""

from __future__ import annotations

import copy
import dataclasses
import html
import math
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets
import pytest
import torch
from explore_pictures import CLASSES, everything_in, picture_set
from torch import nn

from helpers import explore, models
from helpers.errors import CourseError
from helpers.explore import race, rate_chart
from helpers.explore.probe import fresh_copy
from helpers.explore.race import Race, Run, Setting
from helpers.explore.rates import LearningRate, Rates
from helpers.training import lr_finder
from helpers.training.lr_finder import Band, RangeTest


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return models.backbone(classes=3).train()


@pytest.fixture(scope="module")
def shared(model: nn.Module) -> LearningRate:
    before = copy.deepcopy(model.state_dict())
    modes = [module.training for module in model.modules()]
    explorer: LearningRate = explore.learning_rate(picture_set(), model).explorer
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), "the model that was given stays as it was"
    assert [module.training for module in model.modules()] == modes
    assert all(parameter.requires_grad for parameter in model.parameters())
    live = explorer.rates
    live.settings[1] = dataclasses.replace(live.settings[1], orders=2)  # four take twice as long
    return explorer


@pytest.fixture
def live(shared: LearningRate) -> Rates:
    """The live part with the head alone and a pick in the middle."""
    shared.rates.unfrozen.value = False
    shared.rates.pick.value = 1e-2
    return shared.rates


def finished(steps: Generator[float, None, Any]) -> list[float]:
    return list(steps)


def run(rate: float, *losses: float) -> Run:
    return Run(rate, list(range(len(losses))), list(losses), True)


def test_the_band_is_the_librarys(live: Rates) -> None:
    head = live.settings[0]
    net, optimizer = head.fresh(race.LOW)
    theirs = lr_finder.lr_band(
        net, head.batches(), optimizer, low=race.LOW, high=race.HIGH, steps=race.STEPS
    )
    assert live.band(head) == theirs
    assert len(theirs.tests) == 8
    assert len({tuple(test.losses) for test in theirs.tests}) == 8, "eight orders"


@pytest.mark.parametrize("position", [0, 1])
def test_a_race_trains_three_copies_and_leaves_the_rest(live: Rates, position: int) -> None:
    setting = live.settings[position]
    before = copy.deepcopy(setting.tail.state_dict())
    state = torch.get_rng_state()
    runs = Race(setting, 1e-3, steps=16)
    finished(runs.running())
    assert torch.equal(torch.get_rng_state(), state)
    for name, value in setting.tail.state_dict().items():
        assert torch.equal(value, before[name])
    assert [each.rate for each in runs.runs] == pytest.approx([1e-4, 1e-3, 1e-2])
    assert len({each.losses[0] for each in runs.runs}) == 1, "the same start"
    assert runs.runs[1].end < runs.runs[0].end < runs.runs[0].losses[0], "the first two learn"
    assert all(each.ended and each.steps[-1] == 16 for each in runs.runs[:2])


def test_a_race_can_be_repeated(live: Rates) -> None:
    first, second = Race(live.settings[1], 1e-3, 8), Race(live.settings[1], 1e-3, 8)
    finished(first.running())
    finished(second.running())
    assert first.runs == second.runs


def test_a_run_that_blows_up_ends_early_and_has_diverged(live: Rates) -> None:
    wild = Race(live.settings[1], 1e3)
    finished(wild.running())
    assert all(each.diverged for each in wild.runs)
    assert wild.runs[2].steps[-1] < race.RUN_STEPS


def test_the_kernel_can_listen_while_a_race_is_on(live: Rates) -> None:
    shares = finished(Race(live.settings[1], 1e-3, 8).running(listen=0.0))
    assert len(shares) == 3 * 8
    assert shares == sorted(shares)


def test_batchnorms_of_the_unfrozen_stage_stay_frozen(live: Rates) -> None:
    setting = live.settings[1]
    net, optimizer = setting.fresh(1e-3)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
    assert norms
    assert not any(id(p) in held for norm in norms for p in norm.parameters())
    convolutions = [m for m in net.modules() if isinstance(m, nn.Conv2d)]
    assert all(id(m.weight) in held for m in convolutions)


@pytest.mark.parametrize("name", ["mobilenet_v2", "densenet121"])
def test_every_kind_of_backbone_runs(name: str) -> None:
    base = models.backbone(name, pretrained=False)
    for make in (race.head_alone, race.with_last_stage):
        setting: Setting = make(fresh_copy(base, len(CLASSES)), picture_set())
        runs = Race(setting, 1e-2, steps=1)
        finished(runs.running())
        assert all(each.ended for each in runs.runs)


def test_the_last_stage_is_more_than_a_batchnorm() -> None:
    densenet = models.backbone("densenet121", pretrained=False)
    assert race.last_stage(densenet) == "features.denseblock4"
    assert race.last_stage(models.backbone()) == "layer4"


# What is said.


def curve(suggestion: float | None, end: float, stopped: str | None = "it diverged") -> RangeTest:
    return RangeTest([1e-4, end], [2.0, 9.0], [2.0, 9.0], stopped, suggestion, "")


def band(low: float, middle: float, high: float, end: float = 0.3) -> Band:
    return Band([curve(middle, end)] * 3, low, high, middle, "")


def test_a_wide_band_is_called_wide() -> None:
    wide = rate_chart.band_in_words(band(0.001, 0.003, 0.01), "head alone")
    assert "they suggest 0.001 to 0.01; the middle is 0.003." in wide
    assert "The band is wide, a factor of 10" in wide
    assert "wide" not in rate_chart.band_in_words(band(0.002, 0.003, 0.004), "head alone")
    assert "blows up near 0.3" in wide


def test_no_suggestion_is_given_without_ground() -> None:
    none = Band([curve(None, 10.0, None)] * 3, None, None, None, "the curves are flat")
    said = rate_chart.band_in_words(none, "head alone")
    assert "no suggestion, for the curves are flat." in said
    assert "blows up" not in said
    assert rate_chart.move_in_words(none, band(0.1, 0.1, 0.1), "head alone") == ""


def test_the_move_of_the_band_in_words() -> None:
    said = rate_chart.move_in_words(band(0, 0.006, 0, 0.3), band(0, 0.003, 0, 0.03), "head alone")
    assert "the suggestion is 2.0 times lower" in said
    assert "blows up is 10.0 times lower: test again" in said


@pytest.mark.parametrize(
    ("tried", "words", "reached"),
    [
        ([run(1, 3, 9)], "Every run has diverged", False),
        ([run(0.01, 3, 1)], "try a little more and a little less", False),
        ([run(0.01, 3, 1), run(0.02, 3, 2)], "try a little less", False),
        ([run(0.01, 3, 1), run(0.1, 3, 9)], "0.1 diverges: narrow it down", False),
        ([run(0.005, 3, 2), run(0.01, 3, 1), run(0.015, 3, 2)], "nothing larger has", False),
        ([run(0.005, 3, 2), run(0.01, 3, 1), run(0.015, 3, math.inf)], "0.015 diverges ✓", True),
    ],
)
def test_the_goal_says_how_near_one_is(tried: list[Run], words: str, reached: bool) -> None:
    said, found = rate_chart.goal_feedback({each.rate: each for each in tried})
    assert words in said
    assert found == reached


def test_a_run_that_ends_above_its_start_has_diverged() -> None:
    assert run(1, 2.0, 2.1).diverged
    assert run(1, 2.0, math.inf).diverged
    assert not run(1, 2.0, 1.9).diverged


# The controls.


def test_a_pick_gives_other_runs_another_picture_and_words(live: Rates) -> None:
    before = (live.picture.value, live.summary.value, live.runs)
    live.pick.value = 10**-3.0
    assert live.picture.value != before[0]
    assert live.summary.value != before[1]
    assert live.runs[1].rate == pytest.approx(1e-3)
    assert "0.001 ends at" in html.unescape(live.summary.value)


def test_the_suggestion_can_be_taken(live: Rates) -> None:
    found = live.band(live.settings[0])
    assert found is not None
    assert found.suggestion is not None
    live.suggested.click()
    assert live.pick.value == pytest.approx(found.suggestion, rel=0.06)


def test_a_last_digit_starts_no_new_race(live: Rates) -> None:
    before = live.runs
    live.pick.value *= 1 + 1e-12
    assert live.runs is before


def test_unfreezing_tests_again_and_keeps_the_old_band(live: Rates) -> None:
    head, stage = live.settings
    assert stage.stages == ("layer4",)
    live.unfrozen.value = True
    new, old = live.band(stage), live.band(head)
    assert new is not None
    assert old is not None
    assert len(new.tests) == stage.orders
    assert new.tests[0].losses != old.tests[0].losses
    assert "Layer4 and head, 2 range tests" in live.words
    with_both = live.picture.value
    live.unfrozen.value = False
    assert "Head alone, 8 range tests" in live.words
    assert live.picture.value != with_both


def test_a_failure_is_said_in_the_widget(live: Rates, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise CourseError("the disk is <full>")
        yield

    monkeypatch.setattr(Race, "running", broken)
    live.pick.value = 10**-2.5
    assert "the disk is &lt;full&gt;" in live.summary.value


def test_every_control_has_a_label_and_can_be_reached(shared: LearningRate) -> None:
    kinds = (widgets.IntSlider, widgets.FloatSlider, widgets.FloatLogSlider, widgets.Checkbox)
    found = [x for x in everything_in(shared.panel) if isinstance(x, (*kinds, widgets.Button))]
    assert len(found) == len({each.description for each in found}) == 7
    assert all(each.description.strip() and not each.disabled for each in found)
    assert all(each.tabbable is not False for each in found)
    images = [x for x in everything_in(shared.panel) if isinstance(x, widgets.Image)]
    assert [each.tooltip for each in images] == [None, None], "crashes ipywidgets 8.1.9"


def test_without_a_kernel_there_is_a_picture_and_its_words(shared: LearningRate) -> None:
    bundle = shared.panel._repr_mimebundle_()
    assert bundle["text/plain"] == shared.words
    assert "range test" in bundle["text/plain"]
    assert bundle["image/jpeg"].startswith("/9j/")
    shared.tabs.selected_index = 1
    assert shared.panel._repr_mimebundle_()["image/jpeg"] != bundle["image/jpeg"]
    shared.tabs.selected_index = 0


def test_nothing_goes_to_stderr(live: Rates, capfd: pytest.CaptureFixture[str]) -> None:
    live.pick.value = 10.0
    live.pick.value = 1e-4
    assert capfd.readouterr().err == ""


def test_what_is_no_data_set_gets_one_line() -> None:
    given: Any = picture_set().train
    with pytest.raises(CourseError, match="all splits"):
        explore.learning_rate(given)
