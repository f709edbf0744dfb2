"""Figures made of numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, NullFormatter

from helpers import figures
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.plots.common import (
    End,
    colours,
    dashed_line,
    fade,
    formatter,
    label_ends,
    not_empty,
    set_title,
    square,
    times,
    worst,
)
from helpers.training import History
from helpers.training.logbook import best_runs

Histories = History | Mapping[str, History]


def training_curves(history: Histories, wall: float | None = None) -> Drawing:
    """Loss and accuracy after each epoch, on training and on validation pictures.

    Args:
        history: of one run, or of several by name (validation solid, training dashed).
        wall: an accuracy in [0, 1] to mark.

    Raises:
        CourseError: a run without a finished epoch.
    """
    runs = {"": history} if isinstance(history, History) else dict(history)
    not_empty({name: run.epochs for name, run in runs.items()})
    figure, [[left, right]] = figures.new_grid(9.6, 3.7, 1, 2)
    if wall is not None:
        dashed_line(right, wall, f"wall {wall:.0%}")
    for axes, key, title, form in (
        (left, "loss", "Loss (nats)", "{:.2f}"),
        (right, "accuracy", "Accuracy", "{:.1%}"),
    ):
        ends = [end for curve in _curves(runs, key) for end in _draw_curve(axes, curve, form)]
        set_title(axes, title)
        axes.set_xlabel("epoch")
        longest = max(len(run.epochs) for run in runs.values())
        axes.set_xlim(0.5, longest + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        label_ends(axes, ends)
    right.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    if len(runs) > 1:
        note = "solid: validation · dashed: training"
        figure.text(0.995, 0.012, note, ha="right", fontsize=8.5, color=figures.GREY)
    return Drawing(figure, " ".join(_curve_words(name, run) for name, run in runs.items()))


def confusion(matrix: torch.Tensor, classes: Sequence[str]) -> Drawing:
    """Counts of true against predicted classes; what is right in blue, mistakes in vermilion.

    Args:
        matrix: LongTensor [C, C], rows are the truth.
        classes: C names.

    Raises:
        CourseError: the matrix and the names do not fit.
    """
    counts = square(matrix, classes)
    size = len(classes)
    side = max(3.6, min(9.0, 2.2 + 0.33 * size))
    figure, axes = figures.new_figure(side + 0.6, side)
    share = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    right = np.eye(size, dtype=bool)
    axes.imshow(np.where(right, share, np.nan), cmap=fade(figures.BLUE), vmin=0, vmax=1)
    # Mistakes are rarer than hits: theirs is the full colour when four in ten go to one class.
    axes.imshow(np.where(right, np.nan, share), cmap=fade(figures.VERMILION), vmin=0, vmax=0.4)
    if size <= 30:  # more names and numbers than that cannot be read
        for row, column in zip(*np.nonzero(counts), strict=True):
            strong = share[row, column] > (0.55 if row == column else 0.22)
            axes.text(column, row, f"{counts[row, column]:d}", ha="center", va="center",
                      fontsize=8, color="white" if strong else figures.BLACK)  # fmt: skip
        axes.set_xticks(range(size), classes, rotation=90, fontsize=8)
        axes.set_yticks(range(size), classes, fontsize=8)
    axes.grid(False)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    accuracy = counts.trace() / max(1, counts.sum())
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    set_title(axes, f"{accuracy:.1%} of {counts.sum()} pictures right")
    said = [f"{classes[i]} taken for {classes[j]} {times(n)}" for i, j, n in worst(counts, 3)]
    alt = f"Confusion matrix of {size} classes, {accuracy:.1%} right. "
    return Drawing(figure, alt + (f"Most confused: {'; '.join(said)}." if said else "No mistakes."))


def bars(
    values: Mapping[str, Sequence[float]],
    xlabel: str = "",
    ylabel: str = "",
    reference: float | None = None,
) -> Drawing:
    """A row for each name: a dot for every seed, a line at the mean, the mean in figures.

    Args:
        values: accuracies as fractions, or any numbers, over seeds by name.
        xlabel: what was measured, with its unit.
        ylabel: what the names are.
        reference: a value to compare with, drawn as a dashed line.

    Raises:
        CourseError: a name without values.
    """
    not_empty(values)
    figure, axes = figures.new_figure(7.6, 0.9 + 0.46 * len(values))
    flat = [value for row in values.values() for value in row]
    show = formatter(flat)
    colour = figures.BLUE
    for place, row in enumerate(values.values()):
        mean = float(np.mean(row))
        axes.scatter(
            row, [place] * len(row), s=26, color=colour, alpha=0.45, linewidths=0, zorder=3
        )
        axes.plot([mean, mean], [place - 0.28, place + 0.28], color=colour, linewidth=3, zorder=4)
        axes.annotate(show(mean), (1.01, place), xycoords=("axes fraction", "data"), va="center",
                      fontweight="bold", color=colour, annotation_clip=False)  # fmt: skip
    if reference is not None:
        dashed_line(axes, reference, upright=True)
    axes.set_yticks(range(len(values)), list(values))
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.margins(x=0.06)
    axes.grid(axis="y", visible=False)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(lambda value, _: show(value))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    said = [f"{name}: {show(float(np.mean(row)))} ({show(min(row))} to {show(max(row))})"
            for name, row in values.items()]  # fmt: skip
    return Drawing(figure, f"{xlabel or 'Values'}, mean and range over seeds. {'; '.join(said)}.")


def lines(
    values: Mapping[str, Mapping[float, Sequence[float]]],
    xlabel: str,
    ylabel: str = "accuracy",
    reference: float | None = None,
    powers: bool = False,
) -> Drawing:
    """A line for each name: the mean against a strength, with the range over seeds behind it.

    Args:
        values: by name, then by strength: values over seeds.
        xlabel: what the strength is, with its unit.
        ylabel: what was measured.
        reference: a value to compare with.
        powers: draw strengths, all above 0, on an axis of powers of ten.

    Raises:
        CourseError: a name or a strength without values; a strength of 0 or less among powers.
    """
    not_empty(values)
    figure, axes = figures.new_figure(7.2, 3.9)
    said, ends = [], []
    loss = "loss" in ylabel.lower()  # is better when it is small, and never a percentage
    flat = [v for curve in values.values() for row in curve.values() for v in row]
    show = formatter([math.inf] if loss else flat)
    for colour, (name, curve) in zip(colours(len(values)), values.items(), strict=True):
        not_empty(curve)
        places = sorted(curve)
        if powers and places[0] <= 0:
            raise CourseError(f"{places[0]:g} has no place on an axis of powers of ten.")
        means = [float(np.mean(curve[x])) for x in places]
        low, high = [min(curve[x]) for x in places], [max(curve[x]) for x in places]
        axes.fill_between(places, low, high, color=colour, alpha=0.16, linewidth=0)
        size = 5 if len(places) <= 40 else 0  # more dots than that are a thick line
        axes.plot(places, means, color=colour, marker="o", markersize=size, linewidth=2)
        ends.append(End(places[-1], means[-1], name, colour))
        best = places[int((np.argmin if loss else np.argmax)(means))]
        said.append(f"{name}: from {show(means[0])} at {places[0]:g} to {show(means[-1])} at "
                    f"{places[-1]:g}, best at {best:g}")  # fmt: skip
    if reference is not None:
        dashed_line(axes, reference)
    label_ends(axes, ends)
    if powers:
        axes.set_xscale("log")
        places = sorted({place for curve in values.values() for place in curve})
        axes.set_xticks(places[:: 1 + len(places) // 9], minor=False)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.xaxis.set_minor_formatter(NullFormatter())
    elif all(float(place).is_integer() for curve in values.values() for place in curve):
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: show(value))
    axes.set(xlabel=xlabel, ylabel=ylabel)
    return Drawing(figure, f"{ylabel} against {xlabel}. {'; '.join(said)}.")


def climb(entries: Sequence[Mapping[str, Any]], figure_name: str = "valid_accuracy") -> Drawing:
    """From the wall upwards: the best logged run of each lesson, in order.

    Args:
        entries: from `Logbook.entries()`; those without the figure are left out.
        figure_name: which figure of an entry to draw, a fraction.

    Raises:
        CourseError: no entry has that figure.
    """
    best = best_runs(entries, figure_name)
    if not best:
        raise CourseError(
            f"The logbook has no run with {figure_name!r} yet: run the Measure cells of a lesson."
        )
    lessons = list(best)
    values = [float(run["figures"][figure_name]) for run in best.values()]
    figure, axes = figures.new_figure(max(4.2, 1.2 * len(lessons) + 1.6), 3.8)
    fills = [figures.GREY, *[figures.BLUE] * (len(lessons) - 1)]
    axes.bar(range(len(lessons)), values, color=fills, width=0.62, zorder=2)
    for place, (lesson, value) in enumerate(zip(lessons, values, strict=True)):
        axes.text(place, value, f"{value:.1%}", ha="center", va="bottom", fontweight="bold")
        name = str(best[lesson].get("name", ""))
        axes.text(place, 0.02, name, rotation=90, ha="center", va="bottom", fontsize=9,
                  color="white", transform=axes.get_xaxis_transform())  # fmt: skip
    floor = max(0.0, np.floor(min(values) * 20 - 2) / 20)
    axes.set_ylim(floor, min(1.04, max(values) + 0.04))
    axes.set_xticks(range(len(lessons)), [_lesson_title(lesson) for lesson in lessons], fontsize=9)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}" if value <= 1 else "")
    axes.grid(axis="x", visible=False)
    axes.tick_params(length=0)
    set_title(axes, "The climb: your best run of each lesson")
    axes.set_ylabel(f"{figure_name.replace('_', ' ')}, axis from {floor:.0%}")
    said = [f"{_lesson_title(x)} {v:.1%}" for x, v in zip(lessons, values, strict=True)]
    return Drawing(figure, f"Best {figure_name.replace('_', ' ')} by lesson: {'; '.join(said)}.")


@dataclass(frozen=True)
class _Curve:
    label: str
    values: list[float]
    colour: str
    dashed: bool


def _curves(runs: Mapping[str, History], key: str) -> list[_Curve]:
    """Training and, where there is one, validation of every run; only one run is told apart so."""
    made = []
    for colour, (name, run) in zip(colours(len(runs)), runs.items(), strict=True):
        train = [getattr(row, key) for row in run.epochs]
        valid = [getattr(row, f"valid_{key}") for row in run.epochs]
        measured = all(value is not None for value in valid)
        alone = len(runs) == 1
        if measured:
            made.append(_Curve(name or "valid", valid, colour, dashed=False))
        train_label = ("train" if alone else "") if measured else name or "train"
        made.append(_Curve(train_label, train, figures.VERMILION if alone else colour, not alone))
    return made


def _draw_curve(axes: Axes, curve: _Curve, form: str) -> list[End]:
    style: Any = (0, (3, 2)) if curve.dashed else "-"
    epochs = range(1, len(curve.values) + 1)
    width, marker = (1.3 if curve.dashed else 2.2), ("o" if len(epochs) == 1 else "")
    axes.plot(epochs, curve.values, color=curve.colour, linewidth=width, linestyle=style,
              marker=marker)  # fmt: skip
    if not curve.label:
        return []
    text = f"{curve.label} {form.format(curve.values[-1])}"
    return [End(len(epochs), curve.values[-1], text, curve.colour)]


def _curve_words(name: str, run: History) -> str:
    last, best = run.last, run.best
    assert last is not None and best is not None
    said = f"{name + ': ' if name else ''}after {last.epoch} epochs training loss {last.loss:.3f}"
    said += f", training accuracy {last.accuracy:.1%}"
    if last.valid_accuracy is not None:
        said += f", validation accuracy {last.valid_accuracy:.1%}"
        said += f" (best {best.valid_accuracy:.1%} in epoch {best.epoch})"
    return said[0].upper() + said[1:] + "."


def _lesson_title(lesson: str) -> str:
    number, _, rest = lesson.partition("_")
    return f"{number}\n{rest.replace('_', ' ')}" if rest else lesson
