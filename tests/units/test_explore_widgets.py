"""The widgets with their controls moved in-process, as a learner would."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets
import pytest
from explore_pictures import picture_set

from helpers import explore
from helpers.errors import CourseError
from helpers.explore import policy, shell
from helpers.explore.augmenter import Augmenter
from helpers.explore.head_only import HeadOnly
from helpers.explore.probe import Reading


@pytest.fixture(scope="module")
def shared() -> Augmenter:
    explorer: Augmenter = explore.augmentation(picture_set()).explorer
    return explorer


@pytest.fixture
def explorer(shared: Augmenter) -> Augmenter:
    """The widget with everything off."""
    shared.set({})
    shared.trials.clear()
    return shared


@pytest.fixture(scope="module")
def wall() -> HeadOnly:
    explorer: HeadOnly = explore.wall(picture_set()).explorer
    return explorer


def everything_in(widget: Any) -> Generator[Any, None, None]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


def test_a_slider_gives_another_picture_gauge_code_and_words(explorer: Augmenter) -> None:
    before = (explorer.picture.value, explorer.gauge.value, explorer.code.value, explorer.words)
    explorer.controls["rotation"].value = 90
    after = (explorer.picture.value, explorer.gauge.value, explorer.code.value, explorer.words)
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert "RandomRotation(degrees=90)" in explorer.code.value
    assert "turned by up to 90°" in html.unescape(explorer.summary.value)
    assert "measuring" not in explorer.gauge.value


@pytest.mark.parametrize("knob", policy.KNOBS, ids=lambda knob: knob.name)
def test_every_control_moves_the_picture(explorer: Augmenter, knob: policy.Knob) -> None:
    explorer.set({"rotation": 45})
    before = explorer.picture.value
    control = explorer.controls[knob.name]
    control.value = type(control.value)(knob.low if knob.off == knob.high else knob.high)
    assert explorer.picture.value != before


def test_the_gauge_follows_the_hue(explorer: Augmenter) -> None:
    assert explorer.reading is not None
    clean = explorer.reading.affinity
    explorer.controls["hue"].value = 0.5
    assert explorer.reading.affinity < clean - 0.1
    assert 'aria-valuetext="too much"' in explorer.gauge.value


def test_reset_preset_and_your_own(explorer: Augmenter) -> None:
    off = explorer.picture.value
    explorer.preset.value = "the article's"
    assert explorer.controls["rotation"].value == 25
    assert explorer.preset.value == "the article's"
    explorer.controls["rotation"].value = 26
    assert explorer.preset.value == "your own"
    explorer.reset.click()
    assert explorer.settings == policy.NOTHING
    assert explorer.picture.value == off


def test_rolling_and_choosing(explorer: Augmenter) -> None:
    explorer.controls["rotation"].value = 45
    first, code = explorer.picture.value, explorer.code.value
    explorer.again.click()
    second = explorer.picture.value
    assert second != first
    assert explorer.code.value != code, "the code names the seed of what is on the screen"
    explorer.chooser.value = 1
    assert explorer.picture.value != second
    assert explorer.words.startswith("yellow")


def test_the_goal_can_be_reached(explorer: Augmenter, monkeypatch: pytest.MonkeyPatch) -> None:
    def affinity() -> float:
        turned, mirrored = explorer.settings["rotation"], explorer.settings["mirror_corners"]
        return 0.97 if turned <= 10 or mirrored else 0.9

    def measuring(transform: Any) -> Generator[float, None, Reading]:
        yield 1.0
        return Reading(affinity(), 1.0, 0.6, 96)

    monkeypatch.setattr(explorer.probe, "measuring", measuring)
    for degrees in (30, 10, 14):
        explorer.controls["rotation"].value = degrees
    assert "✓" not in explorer.goal.value
    explorer.controls["mirror_corners"].value = True
    explorer.controls["rotation"].value = 180
    assert "✓ Found: 10°" in explorer.goal.value


def test_training_with_it_says_what_it_brought(explorer: Augmenter) -> None:
    explorer.controls["mirror"].value = True
    explorer.train.click()
    assert "on validation; without augmentation" in explorer.outcome.value
    explorer.controls["mirror"].value = False
    assert explorer.outcome.value == ""


def test_training_that_fails_says_so_where_its_result_would_stand(
    explorer: Augmenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(images: Any) -> Any:
        raise CourseError("the disk is <full>")

    before = explorer.gauge.value
    monkeypatch.setattr(explorer.probe.backbone, "features", broken)
    explorer.train.click()
    assert "the disk is &lt;full&gt;" in explorer.outcome.value
    assert explorer.gauge.value == before
    explorer.outcome.value = ""


def test_every_control_has_a_label_and_can_be_reached(explorer: Augmenter, wall: HeadOnly) -> None:
    kinds = (widgets.IntSlider, widgets.FloatSlider, widgets.Checkbox, widgets.Dropdown)
    for panel in (explorer.panel, wall.panel):
        found = [
            each for each in everything_in(panel) if isinstance(each, (*kinds, widgets.Button))
        ]
        assert len(found) == len({each.description for each in found})
        for each in found:
            assert each.description.strip()
            assert each.tabbable is not False
            assert not each.disabled
    shown = set(map(id, everything_in(explorer.panel)))
    assert {id(control) for control in explorer.controls.values()} <= shown


def test_two_widgets_do_not_disturb_each_other(explorer: Augmenter) -> None:
    other = explore.augmentation(picture_set(), start={"rotation": 10}).explorer
    before = explorer.picture.value
    other.controls["blur"].value = 3.0
    assert explorer.picture.value == before
    assert explorer.settings == policy.NOTHING


def test_without_a_kernel_there_is_a_picture_and_its_words(explorer: Augmenter) -> None:
    bundle = explorer.panel._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.words
    assert bundle["image/jpeg"].startswith("/9j/")
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_an_unknown_start_gets_one_line() -> None:
    with pytest.raises(CourseError, match="no preset called"):
        explore.augmentation(picture_set(), start="wild")


def test_the_wall_retrains_as_its_sliders_move(wall: HeadOnly) -> None:
    before = (wall.picture.value, wall.summary.value)
    wall.per_class.value = 2
    wall.epochs.value = 1
    assert (wall.picture.value, wall.summary.value) != before
    assert "2 pictures of each of 4 species, 1 epoch:" in wall.summary.value
    assert wall.per_class.max == 8


def test_nothing_goes_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    explorer = explore.augmentation(picture_set()).explorer
    for name in policy.PRESETS:
        explorer.preset.value = name
    explore.wall(picture_set()).explorer.epochs.value = 3
    assert capfd.readouterr().err == ""


# Slow work beside a listening kernel.


def counting(steps: int, log: list[str], name: str) -> Generator[float, None, str]:
    for step in range(steps):
        log.append(f"{name}{step}")
        yield step / steps
    return name


def test_new_work_replaces_old_work_on_an_event_loop() -> None:
    async def scene() -> tuple[list[str], list[str]]:
        worker, done, log = shell.Worker(pause=0), list[str](), list[str]()
        worker.start(counting(50, log, "a"), done.append, lambda problem: None)
        await asyncio.sleep(0.03)
        worker.start(counting(3, log, "b"), done.append, lambda problem: None)
        await asyncio.sleep(0.2)
        return done, log

    done, log = asyncio.run(scene())
    assert done == ["b"]
    assert log[0] == "a0", "the first work had begun"
    assert log[-3:] == ["b0", "b1", "b2"], "and did not go on"


def test_a_failure_is_handed_over_not_raised(capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> Generator[float, None, None]:
        yield 0.5
        raise ValueError("no such thing")

    async def scene() -> list[Exception]:
        failed: list[Exception] = []
        shell.Worker(pause=0).start(broken(), lambda result: None, failed.append)
        await asyncio.sleep(0.05)
        return failed

    (problem,) = asyncio.run(scene())
    assert str(problem) == "no such thing"
    assert capfd.readouterr().err == ""
