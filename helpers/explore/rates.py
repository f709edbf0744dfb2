"""`explore.learning_rate()`: a bowl to overshoot in, then the range test on the real network.

Lesson 03: too small, too big, overshoot; a band of range tests instead of a single one; a short run
at the picked rate beside 10 times less and 10 times more; and all of it again after unfreezing.
"""

from __future__ import annotations

import html
import math
import time
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets
from torch import nn

from helpers.data import PictureSet
from helpers.explore import shell
from helpers.explore.bowl import Bowl, scale_slider
from helpers.explore.probe import fresh_copy, picture_set
from helpers.explore.race import (
    HIGH,
    LOW,
    Race,
    Run,
    Setting,
    head_alone,
    testing,
    with_last_stage,
)
from helpers.explore.rate_chart import (
    Chart,
    View,
    band_in_words,
    goal_feedback,
    move_in_words,
    runs_in_words,
)
from helpers.training.lr_finder import Band, RangeTest, band_of

GOAL = "Pick the rate whose run ends lowest. Then find the largest rate that does not diverge."
PICK_STEP = 0.05  # of the slider, in powers of ten

# --------------------------------------------------------------------------------------- shell


def learning_rate(
    pictures: PictureSet | None = None, model: nn.Module | None = None
) -> shell.Panel:
    """The bowl, and the live range test with runs at the picked rate and 10 times less and more.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return LearningRate(picture_set(pictures), model).panel


class LearningRate:
    """Both parts, a tab each."""

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        self.bowl, self.rates = Bowl(), Rates(pictures, model)
        title = shell.heading(
            "The learning rate",
            "First a bowl in which every step can be seen, then the network itself.",
        )
        self.tabs = widgets.Tab(
            [self.bowl.box, self.rates.box],
            titles=["1 · The bowl", "2 · The network"],
            layout=widgets.Layout(width="auto"),
        )
        self.tabs.selected_index = 0
        self.panel = shell.Panel([title, self.tabs], self)

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        return f"{self.bowl.words}\n{self.rates.words}"

    @property
    def picture(self) -> widgets.Image:
        """The picture of the tab in front."""
        return (self.bowl if self.tabs.selected_index == 0 else self.rates).picture


class Rates:
    """The live part: tests and runs on the network itself."""

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        classes = len(pictures.classes)
        self.settings: list[Setting] = [
            head_alone(fresh_copy(model, classes), pictures),
            with_last_stage(fresh_copy(model, classes), pictures),
        ]
        self.tests: dict[str, list[RangeTest]] = {}
        self.tried: dict[str, dict[float, Run]] = {each.name: {} for each in self.settings}
        self.runs: list[Run] = []
        self._stale, self._drawn = False, 0.0
        self._testing, self._racing = shell.Worker(0), shell.Worker()
        self._make()
        self._arrange()
        _finish(self._test_steps(self.settings[0]))
        self._take_suggestion()
        race = Race(self.setting, on_scale(self.pick.value))
        _finish(race.running())
        self._raced(race.runs)
        self._observe()

    @property
    def setting(self) -> Setting:
        """What is trained now."""
        return self.settings[int(self.unfrozen.value)]

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        setting, (head, _) = self.setting, self.settings
        band, old = self.band(setting), self.band(head)
        done = len(band.tests) if band else 0
        if band is None or done < setting.orders:
            said = [f"{setting.name.capitalize()}: range test {done + 1} of {setting.orders} …"]
        else:
            said = [band_in_words(band, setting.name)]
            if old is not None and setting is not head:
                said.append(move_in_words(old, band, head.name))
        if self.runs and not self._stale:
            said.append(runs_in_words(self.runs))
        return " ".join(part for part in said if part)

    def band(self, setting: Setting) -> Band | None:
        """What the tests of a setting say so far; None before the first."""
        tests = self.tests.get(setting.name, [])
        return band_of(tests) if tests else None

    @property
    def view(self) -> View:
        """All that is to be seen, for the chart."""
        return View(
            self.band(self.setting),
            self.band(self.settings[0]) if self.unfrozen.value else None,
            self.pick.value,
            self.runs,
            self._stale,
            list(self.tried[self.setting.name].values()),
        )

    # The controls.

    def _make(self) -> None:
        head, stage = self.settings
        self.start = head.loss(head.tail)
        self.chart = Chart(self.start, max(each.orders for each in self.settings))
        low, high = math.log10(LOW), math.log10(HIGH)
        self.pick = scale_slider("Your pick", low, high, PICK_STEP, 1e-2)
        self.unfrozen = widgets.Checkbox(
            False,
            description=f"Last stage unfrozen too ({stage.stages[0]})",
            indent=False,
            layout=widgets.Layout(width="auto", margin="0 2px"),
        )
        self.suggested = shell.button("Take the suggestion", "Move the pick there", "crosshairs")
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary = widgets.HTML(), widgets.HTML()

    def _arrange(self) -> None:
        low, high = self.chart.scale()
        self.pick.layout.margin = f"0 0 0 {100 * low:.2f}%"
        self.pick.layout.width = f"{100 * (high - low):.2f}%"
        beside = widgets.VBox(
            [self.unfrozen, self.suggested],
            layout=widgets.Layout(margin="4px 0 0 5%", align_items="flex-start"),
        )
        under = widgets.HBox([self.pick, beside], layout=widgets.Layout(width="100%"))
        self.box = widgets.VBox(
            [self.goal, self.picture, under, self.summary], layout=widgets.Layout(width="100%")
        )

    def _observe(self) -> None:
        self.pick.observe(self._picked, "value")
        self.unfrozen.observe(lambda change: self._changed(), "value")
        self.suggested.on_click(lambda _: self._take_suggestion())

    # What they set in motion.

    def _picked(self, change: Any) -> None:
        # A browser's powers of ten differ in the last digit.
        if not math.isclose(change["old"], change["new"], rel_tol=1e-6):
            self._turned()

    def _turned(self) -> None:
        self._stale = True
        self._testing.stop()
        self._draw()
        race = Race(self.setting, on_scale(self.pick.value))
        self._racing.start(
            race.running(),
            self._raced,
            self._failed,
            lambda share: self._racing_on(race),
        )

    def _changed(self) -> None:
        self.runs = []
        self._tell()
        self._turned()

    def _racing_on(self, race: Race) -> None:
        self.runs, self._stale = race.runs, False
        if time.perf_counter() - self._drawn > 0.1:
            self._draw()

    def _raced(self, runs: list[Run]) -> None:
        self.runs, self._stale = runs, False
        self.tried[self.setting.name] |= {on_scale(run.rate): run for run in runs}
        self._draw()
        self._tell()
        self._testing.start(
            self._test_steps(self.setting),
            lambda _: None,
            self._failed,
            lambda share: self._tested(),
        )

    def _test_steps(self, setting: Setting) -> Generator[float, None, None]:
        done = self.tests.setdefault(setting.name, [])
        for test in testing(setting, len(done)):
            done.append(test)
            yield len(done) / setting.orders

    def _tested(self) -> None:
        self._draw()
        self._tell()

    def _take_suggestion(self) -> None:
        band = self.band(self.setting)
        if band is not None and band.suggestion is not None:
            self.pick.value = on_scale(band.suggestion)

    def _draw(self) -> None:
        self.picture.value = self.chart.draw(self.view)
        self._drawn = time.perf_counter()

    def _tell(self) -> None:
        tried = self.tried[self.setting.name]
        if tried:
            self.goal.value = shell.goal_box(GOAL, *goal_feedback(tried))
        else:
            self.goal.value = shell.goal_box(GOAL, "The first runs are under way.", False)
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:6px">'
            f"{html.escape(self.words)}</div>"
        )

    def _failed(self, problem: Exception) -> None:
        self.summary.value = shell.problem_box(problem)


def on_scale(rate: float) -> float:
    """The rate at the nearest position of the slider."""
    return float(10 ** (round(math.log10(rate) / PICK_STEP) * PICK_STEP))


def _finish(steps: Generator[float, None, Any]) -> None:
    """Take all steps at once."""
    for _ in steps:
        pass
