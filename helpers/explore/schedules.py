"""`explore.schedule()`: a schedule, its length and its peak, and what they make of a real head.

Lesson 04: beside each run stands the same rate held constant.
"""

from __future__ import annotations

import html
import math
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets
from torch import nn

from helpers.data import PictureSet
from helpers.explore import schedule_runs, shell
from helpers.explore.probe import fresh_copy, picture_set
from helpers.explore.schedule_chart import MOST_EPOCHS, SHARE, Chart, feedback, words_for
from helpers.explore.schedule_runs import CURVES, CYCLED, Choice, Run

GOAL = (
    f"Beat the constant rate: end with less than {'half' if SHARE == 0.5 else f'{SHARE:.0%}'} of "
    "its validation loss."
)
LOW, HIGH, STEP = -3.0, 0.0, 0.1  # of the slider of rates, in powers of ten


def schedule(pictures: PictureSet | None = None, model: nn.Module | None = None) -> shell.Panel:
    """A schedule beside a constant rate: both rates, and both runs of a real head.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return Schedules(picture_set(pictures), model).panel


class Schedules:
    """The controls, and what they set in motion."""

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        self.setting = schedule_runs.head_in_the_field(
            fresh_copy(model, len(pictures.classes)), pictures
        )
        self.constants: dict[tuple[float, int], Run] = {}
        self.chart = Chart(self.setting.loss(self.setting.tail))
        self._worker = shell.Worker(0.05)
        self._make()
        self.panel = self._arrange()
        self.shown: tuple[Choice, Run, Run] | None = None
        steps = self._steps(self.choice)
        while self.shown is None:
            try:
                next(steps)
            except StopIteration as finished:
                self._done(finished.value)
        for control in self._controls:
            control.observe(self._turned, "value")

    @property
    def choice(self) -> Choice:
        """What the controls say."""
        # A browser's powers of ten differ in the last digit.
        peak = 10 ** (round(math.log10(self.peak.value) / STEP) * STEP)
        return Choice(self.kind.value, self.epochs.value, peak, self.cycles.value)

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        return words_for(*self.shown) if self.shown else ""

    def _make(self) -> None:
        wide = {"description_width": "84px"}
        roomy = widgets.Layout(width="auto", margin="0 2px")
        self.epochs = shell.slider("Epochs", 2, MOST_EPOCHS, 1, 12, "Length of both runs", 84)
        self.cycles = shell.slider("Cycles", 1, 6, 1, 3, "Of restarts, triangles and steps", 84)
        self.kind = widgets.Dropdown(
            options=list(CURVES), description="Schedule", style=wide, layout=roomy
        )
        self.peak = widgets.FloatLogSlider(
            value=10**-2.1,
            base=10,
            min=LOW,
            max=HIGH,
            step=STEP,
            description="Peak rate",
            readout_format=".2g",
            style=wide,
            layout=roomy,
        )
        self.cycles.disabled = self.kind.value not in CYCLED
        self._controls = (self.kind, self.peak, self.epochs, self.cycles)
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary = widgets.HTML(), widgets.HTML()

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "Schedules",
            "A linear head on frozen features, trained with a schedule and at its peak held "
            "constant: same first weights, same pictures, same order.",
        )
        half = widgets.Layout(width="50%")
        controls = widgets.HBox(
            [
                widgets.VBox([self.kind, self.peak], layout=half),
                widgets.VBox([self.epochs, self.cycles], layout=half),
            ],
            layout=widgets.Layout(width="100%"),
        )
        return shell.Panel([title, self.goal, self.picture, controls, self.summary], self)

    def _turned(self, change: Any) -> None:
        if isinstance(change["old"], float) and math.isclose(change["old"], change["new"]):
            return
        self.cycles.disabled = self.kind.value not in CYCLED
        self._worker.start(self._steps(self.choice), self._done, self._failed)

    def _steps(self, choice: Choice) -> Generator[float, None, tuple[Choice, Run, Run]]:
        """Both runs; a constant one that has been made is not made again."""
        steps = choice.epochs * schedule_runs.epoch_steps(self.setting)
        run = yield from schedule_runs.running(self.setting, schedule_runs.rates(choice, steps))
        key = (choice.peak, choice.epochs)
        if key not in self.constants:
            constant = yield from schedule_runs.running(self.setting, [choice.peak] * steps)
            self.constants[key] = constant
        return choice, run, self.constants[key]

    def _done(self, shown: tuple[Choice, Run, Run]) -> None:
        self.shown = shown
        self.picture.value = self.chart.draw(*shown)
        self.goal.value = shell.goal_box(GOAL, *feedback(*shown[1:]))
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:6px">'
            f"{html.escape(self.words)}</div>"
        )

    def _failed(self, problem: Exception) -> None:
        self.summary.value = shell.problem_box(problem)
