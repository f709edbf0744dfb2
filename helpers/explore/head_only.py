"""`explore.wall()`: two sliders, a linear head that retrains at once, and the wall it meets.

Lesson 00: with a frozen backbone and no augmentation, neither more pictures nor longer training
gets the linear head much past 90 %.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
import torch
from torch import nn

from helpers import figures
from helpers.data import PictureSet
from helpers.explore import shell
from helpers.explore.blit import Blit
from helpers.explore.probe import (
    Backbone,
    Curve,
    Features,
    picture_set,
    spread_over_classes,
    train_on_features,
)

TARGET = 0.92
MOST_EPOCHS = 50

# ------------------------------------------------------------------------------------- compute


@dataclass(frozen=True)
class Run:
    """What one position of the sliders gave; accuracies are fractions, one an epoch."""

    per_class: int
    epochs: int
    train: list[float]
    valid: list[float]


def retrain(train: Features, valid: Features, per_class: int, epochs: int, seed: int = 0) -> Run:
    """Train a linear head on the first pictures of each class.

    Args:
        train: features of all training pictures.
        valid: features to measure on.
        per_class: how many pictures of each class to learn from.
        epochs: passes over them.
        seed: of the head and the order.
    """
    classes = int(train.labels.max()) + 1
    rows = spread_over_classes(train.labels, per_class * classes)
    few = Features(train.values[rows], train.labels[rows])
    curve: Curve = train_on_features(few, classes, epochs, valid, seed=seed)
    return Run(per_class, epochs, curve.train, curve.valid)


def words_for(run: Run, classes: int) -> str:
    """The run in two sentences."""
    return (
        f"{_count(run.per_class, 'picture')} of each of {classes} species, "
        f"{_count(run.epochs, 'epoch')}: "
        f"training accuracy {run.train[-1]:.1%}, validation accuracy {run.valid[-1]:.1%}. "
        f"The gap is {100 * (run.train[-1] - run.valid[-1]):.0f} points."
    )


def feedback(run: Run, best: float, tries: int) -> tuple[str, bool]:
    """How near the target is, in words, and whether it is reached."""
    if run.valid[-1] > TARGET:
        return f"{run.valid[-1]:.1%}: past it. Does it hold with one epoch more or less?", True
    said = f"Now {run.valid[-1]:.1%}; your best of {_count(tries, 'try', 'tries')}: {best:.1%}."
    if tries >= 10 and run.train[-1] > 0.99:
        said += " Training has nothing left to learn from. That is the wall."
    return said, False


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


# ---------------------------------------------------------------------------------------- draw


class Chart:
    """Accuracy against epochs; the still parts are drawn once, the curves again and again."""

    def __init__(self, width: float = 5.6, height: float = 4.2, dpi: float = 100) -> None:
        figure, axes = figures.new_figure(width, height, dpi)
        axes.set(xlim=(0.5, MOST_EPOCHS + 9), ylim=(0.2, 1.04))
        axes.set_xticks([1, 10, 20, 30, 40, 50])
        axes.set_yticks([0.2, 0.4, 0.6, 0.8, 1.0], ["20 %", "40", "60", "80", "100 %"])
        axes.set_xlabel("epoch")
        axes.set_ylabel("accuracy")
        axes.set_title(
            "A linear head on frozen features", loc="left", fontweight="bold", fontsize=11
        )
        axes.axhline(TARGET, color=figures.GREY, linewidth=1.2, linestyle=(0, (4, 3)))
        axes.text(MOST_EPOCHS + 8.6, TARGET - 0.012, f"{TARGET:.0%}", ha="right", va="top",
                  color=figures.GREY, fontsize=9)  # fmt: skip
        self._moving = {}
        for name, colour in (
            ("before", "#C9C9C9"),
            ("training", figures.VERMILION),
            ("validation", figures.BLUE),
        ):
            (line,) = axes.plot([], [], color=colour, linewidth=2.2)
            label = axes.text(0, 0, "", color=colour, fontsize=9.5, fontweight="bold", va="center")
            label.set_bbox({"facecolor": figures.PAPER, "edgecolor": "none", "pad": 1.5})
            self._moving[name] = (line, label)
        self._blit = Blit(figure, [each for pair in self._moving.values() for each in pair])

    def draw(self, run: Run, before: Run | None = None) -> bytes:
        """The chart of a run as a JPEG; the validation curve of the run before stays in grey."""
        self._curve("before", before.valid if before else [], "")
        self._curve("training", run.train, f"train {run.train[-1]:.0%}", run.valid[-1])
        self._curve("validation", run.valid, f"valid {run.valid[-1]:.1%}", run.train[-1])
        return self._blit.jpeg()

    def _curve(self, name: str, values: list[float], text: str, other: float = -1.0) -> None:
        line, label = self._moving[name]
        line.set_data(range(1, len(values) + 1), values)
        line.set_marker("o" if len(values) == 1 else "")
        if values:
            # The two labels stand apart even where the curves meet.
            close = values[-1] - other
            push = (0.035 if close >= 0 else -0.035) if abs(close) < 0.07 else 0.0
            label.set_position((len(values) + 0.8, values[-1] + push))
        label.set_text(text)


# --------------------------------------------------------------------------------------- shell


def wall(pictures: PictureSet | None = None, model: nn.Module | None = None) -> shell.Panel:
    """Two sliders that retrain a linear head on the frozen backbone, and the wall it meets.

    Args:
        pictures: default: the course's data.
        model: from `models.backbone`; default: the course's backbone. It is not changed.

    Raises:
        CourseError: `pictures` is not a data set, or `model` not one of the course.
    """
    return HeadOnly(picture_set(pictures), model).panel


class HeadOnly:
    """The two sliders, and what they set in motion."""

    def __init__(self, pictures: PictureSet, model: nn.Module | None) -> None:
        self.classes = len(pictures.classes)
        backbone = Backbone(model, self.classes, pictures.size)
        self.train, self.valid = backbone.clean(pictures.train), backbone.clean(pictures.valid)
        most = int(torch.bincount(self.train.labels).max())
        self.chart = Chart()
        self.run: Run | None = None
        self.best, self.tries = 0.0, 0
        few = min(2, most)
        self.per_class = shell.slider(
            "Pictures per species",
            few,
            most,
            1,
            most,
            "How many of each species to learn from",
            140,
        )
        self.epochs = shell.slider("Epochs", 1, MOST_EPOCHS, 1, 25, "Passes over the pictures", 140)
        self.picture = widgets.Image(format="jpeg", layout=widgets.Layout(max_width="100%"))
        self.picture.add_class("explore-picture")
        self.goal, self.summary = widgets.HTML(), widgets.HTML()
        self.controls: dict[str, Any] = {"per_class": self.per_class, "epochs": self.epochs}
        self.panel = self._arrange()
        for each in self.controls.values():
            each.observe(lambda change: self._turned(), "value")
        self._turned()

    @property
    def words(self) -> str:
        """All that is to be seen, in words."""
        return words_for(self.run, self.classes) if self.run else ""

    def _arrange(self) -> shell.Panel:
        title = shell.heading(
            "The wall",
            "A linear head on the frozen backbone, trained again each time you move a slider.",
        )
        left = widgets.VBox(
            [self.per_class, self.epochs, self.summary],
            layout=widgets.Layout(width="360px", flex="0 0 auto"),
        )
        right = widgets.VBox([self.picture], layout=shell.column())
        body = widgets.HBox([left, right], layout=widgets.Layout(width="100%"))
        return shell.Panel([title, self.goal, body], self)

    def _turned(self) -> None:
        before = self.run
        self.run = retrain(self.train, self.valid, self.per_class.value, self.epochs.value)
        self.tries += 1
        self.best = max(self.best, self.run.valid[-1])
        self.picture.value = self.chart.draw(self.run, before)
        goal = f"Push validation past {TARGET:.0%} with these two sliders alone."
        self.goal.value = shell.goal_box(goal, *feedback(self.run, self.best, self.tries))
        self.summary.value = (
            '<div role="status" aria-live="polite" class="explore-text" style="margin-top:10px">'
            f"{html.escape(self.words)}</div>"
        )
