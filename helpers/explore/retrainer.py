"""What widgets share that retrain at each touch: the newest request alone, drawn as it goes."""

from __future__ import annotations

import html
import time
from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import Any

import ipywidgets as widgets

from helpers.explore import shell

PAUSE = 0.05  # seconds that a control stands still before training begins
REDRAW = 0.12  # seconds between two pictures of one training


class Retrainer(ABC):
    """A picture, a goal and words below some controls, and what the controls set in motion.

    Attributes:
        controls: by name; each has a `value`.
        stale: what is to be seen belongs to the controls as they were before.
    """

    controls: dict[str, Any]

    def __init__(self) -> None:
        self.stale, self._drawn = False, 0.0
        self._worker, self._quiet = shell.Worker(PAUSE), shell.Quiet()
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary = widgets.HTML(), widgets.HTML()

    @property
    @abstractmethod
    def words(self) -> str:
        """All that is to be seen, in words."""

    @abstractmethod
    def _work(self) -> Generator[float, None, None]:
        """Train as the controls say, in small steps."""

    @abstractmethod
    def _chart(self) -> bytes:
        """The picture as it is now."""

    @abstractmethod
    def _feedback(self) -> str:
        """The goal, and how near it is, as HTML."""

    def begin(self) -> None:
        """The first training, at once; from then on the controls are listened to."""
        for _ in self._work():
            pass
        self._ended()
        for control in self.controls.values():
            control.observe(lambda change: self.turned(), "value")

    def turned(self) -> None:
        """A control has a new value."""
        if self._quiet.active:
            return
        self.stale = True
        self._draw()
        self._worker.start(
            self._work(), lambda _: self._ended(), self._failed, lambda share: self._going_on()
        )

    def set(self, **values: Any) -> None:
        """Give several controls a value, and train once."""
        with self._quiet():
            for name, value in values.items():
                self.controls[name].value = value
        self.turned()

    def arrange(self, title: widgets.HTML, *columns: list[widgets.Widget]) -> shell.Panel:
        """The title, the goal, the picture, the controls in columns, and the words."""
        boxes = [
            widgets.VBox(
                column,
                layout=widgets.Layout(flex="1 1 0", min_width="0", margin="4px 18px 0 0"),
            )
            for column in columns
        ]
        below = widgets.HBox(boxes, layout=widgets.Layout(width="100%"))
        return shell.Panel([title, self.goal, self.picture, below, self.summary], self)

    def _going_on(self) -> None:
        self.stale = False
        if time.perf_counter() - self._drawn > REDRAW:
            self._draw()

    def _ended(self) -> None:
        self.stale = False
        self._draw()
        self.goal.value = self._feedback()
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:6px">'
            f"{html.escape(self.words)}</div>"
        )

    def _draw(self) -> None:
        self.picture.value = self._chart()
        self._drawn = time.perf_counter()

    def _failed(self, problem: Exception) -> None:
        self.summary.value = shell.problem_box(problem)
