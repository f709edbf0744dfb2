"""A panel of a chart: training and validation loss of a run, beside another in grey."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers import figures
from helpers.explore.head_runs import Run

PALE = "#B9B9B9"
FADED = 0.3  # of what belongs to the controls as they were before


class LossPanel:
    """Loss against epochs; `moving` is what changes."""

    def __init__(self, axes: Axes, epochs: int, classes: int, other: str) -> None:
        """Draw the still parts.

        Args:
            axes: of the panel.
            epochs: the most there can be.
            classes: of the data; guessing among them is where a loss begins.
            other: what to call the run in grey.
        """
        self._epochs, self._other = epochs, other
        self.top = max(1.2, 1.25 * math.log(classes))  # overfitting may pass a guess
        axes.set(xlim=(0, 1.55 * epochs), ylim=(0, self.top))
        axes.set_xticks([0, epochs // 2, epochs])
        axes.set_xlabel("epoch")
        axes.set_title("Loss", loc="left", fontweight="bold", fontsize=11)
        self.moving: dict[str, Any] = {}
        for name, colour in (
            ("other", PALE),
            ("train", figures.VERMILION),
            ("valid", figures.BLUE),
        ):
            self.moving[name] = axes.add_line(Line2D([], [], color=colour, linewidth=2.2))
            ink = figures.GREY if name == "other" else colour
            self.moving[f"{name} text"] = axes.text(
                0, 0, "", fontsize=9, va="center", color=ink, fontweight="bold"
            )

    def draw(self, run: Run | None, other: Run | None, stale: bool) -> None:
        """Set the curves.

        Args:
            run: in colour.
            other: its validation loss in grey, where it is another run.
            stale: fade the run.
        """
        shown = {
            "other": other.valid_loss if other and other is not run else [],
            "train": run.train_loss if run else [],
            "valid": run.valid_loss if run else [],
        }
        lowest = 0.03 * self.top  # above the axis
        ends = {
            name: min(max(values[-1], lowest), self.top) for name, values in shown.items() if values
        }
        places = dict(zip(ends, apart(list(ends.values()), 0.07 * self.top), strict=True))
        words = {"other": self._other, "train": "train", "valid": "valid"}
        for name, values in shown.items():
            line, text = self.moving[name], self.moving[f"{name} text"]
            line.set_data(range(1, len(values) + 1), [min(v, 2 * self.top) for v in values])
            line.set_marker("o" if len(values) == 1 else "")
            text.set_text(f"{words[name]} {values[-1]:.2f}" if values else "")
            text.set_position((len(values) + 0.02 * self._epochs, places.get(name, 0.0)))
            for artist in (line, text):
                artist.set_alpha(FADED if stale and name != "other" else 1.0)


def apart(heights: Sequence[float], room: float) -> list[float]:
    """The heights, moved up so that no two labels stand over each other."""
    placed, last = [0.0] * len(heights), -math.inf
    for number in sorted(range(len(heights)), key=lambda number: heights[number]):
        last = placed[number] = max(heights[number], last + room)
    return placed
