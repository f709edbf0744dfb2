"""Figures about the learning rate: paths in a bowl, rates over steps, loss against rate."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from numpy.typing import NDArray

from helpers import figures
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.plots.common import End, colours, label_ends, not_empty, rate_text, set_title

Test = tuple[Sequence[float], Sequence[float], float | None]
"""Rates, losses (smoothed), and the rate that is suggested, if there is one."""

_LOW, _HIGH = 1e-12, 1e12  # what a logarithmic axis can hold without losing its sense


def descents(loss: Callable[[float], float], paths: Mapping[str, Sequence[float]]) -> Drawing:
    """Paths of gradient descent in the same valley, a panel each: who overshoots, who runs away.

    Args:
        loss: of a position; the valley.
        paths: positions by name, the start first.

    Raises:
        CourseError: no path, one without a position, or a start that is not finite.
    """
    not_empty(paths)
    for name, path in paths.items():
        if not math.isfinite(path[0]):
            raise CourseError(f"The path of {name!r} begins at {path[0]}: there is no such place.")
    start = max(abs(path[0]) for path in paths.values()) or 1.0
    reach = 1.35 * start
    line = np.linspace(-reach, reach, 121)
    valley = [loss(float(x)) for x in line]
    figure, [row] = figures.new_grid(9.6, 2.9, 1, len(paths), sharey=True)
    said = []
    for axes, (name, path) in zip(row, paths.items(), strict=True):
        axes.plot(line, valley, color=figures.GREY, linewidth=1.6, zorder=1)
        _draw_path(axes, loss, path, 1e6 * reach)
        axes.set(xlim=(-reach, reach), ylim=(0, 1.04 * max(valley) or 1.0), xlabel="position")
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_title(name, loc="left", fontsize=10, fontweight="bold")
        said.append(f"{name}: {_path_words(loss, path)}")
    row[0].set_ylabel("loss")
    return Drawing(figure, f"Gradient descent in a valley. {'; '.join(said)}.")


def schedules(rates: Mapping[str, Sequence[float]]) -> Drawing:
    """The learning rate of every step, on an ordinary axis and on one of powers of ten.

    Args:
        rates: by name, one a step; above 0.

    Raises:
        CourseError: no name, one without rates, or a rate that is not above 0.
    """
    not_empty(rates)
    for name, row in rates.items():
        if not all(0 < rate < math.inf for rate in row):
            raise CourseError(f"A rate of {name!r} is not a number above 0: nothing to draw.")
    figure, [[left, right]] = figures.new_grid(9.6, 3.3, 1, 2)
    for axes, title in ((left, "The rate"), (right, "The same, in powers of ten")):
        ends = []
        if axes is right:
            axes.set_yscale("log")
        for colour, (name, row) in zip(colours(len(rates)), rates.items(), strict=True):
            axes.plot(range(len(row)), row, color=colour, linewidth=2.2)
            ends.append(End(len(row) - 1, row[-1], name, colour))
        set_title(axes, title)
        axes.set(xlabel="step", ylabel="learning rate")
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        if axes is left:
            label_ends(axes, ends)
    said = [f"{name}: from {row[0]:.3g} through {row[len(row) // 2]:.2g} to {row[-1]:.3g}"
            for name, row in rates.items()]  # fmt: skip
    return Drawing(figure, f"Learning rate against step. {'; '.join(said)}.")


def range_test(
    lrs: Sequence[float],
    losses: Sequence[float],
    smoothed: Sequence[float] | None = None,
    marks: Mapping[str, float | None] | None = None,
    ylabel: str = "loss",
) -> Drawing:
    """Loss against learning rate, the rate in powers of ten.

    Args:
        lrs: rates, above 0.
        losses: of each rate; small dots beside a smoothed curve, else a line.
        smoothed: drawn as a line.
        marks: rates to mark, by name; those that are None are left out.
        ylabel: what the losses are.

    Raises:
        CourseError: nothing to draw, or lists that do not go together.
    """
    curve = losses if smoothed is None else smoothed
    _check_lengths(lrs, losses, curve)
    figure, axes = figures.new_figure(7.6, 3.7)
    if smoothed is not None:
        axes.plot(lrs, _drawable(losses), ".", color=figures.SKY, markersize=5, zorder=2)
    axes.plot(lrs, _drawable(curve), color=figures.BLUE, linewidth=2.4, zorder=3)
    _rate_axis(axes)
    axes.set(ylabel=ylabel, ylim=(0, _top([curve])))
    said = []
    strong = (figures.VERMILION, figures.GREEN, figures.PURPLE)
    chosen = {name: rate for name, rate in (marks or {}).items() if rate}
    for number, (name, rate) in enumerate(chosen.items()):
        _mark(axes, rate, f"{name} {rate_text(rate)}", strong[number % len(strong)], number)
        said.append(f"{name} marked at {rate_text(rate)}")
    words = "; ".join([_curve_words(lrs, curve), *said])
    return Drawing(figure, f"{ylabel} against learning rate, {words}.")


def range_tests(tests: Mapping[str, Sequence[Test]], ylabel: str = "smoothed loss") -> Drawing:
    """Several range tests over each other, a panel for each name: the band of their suggestions.

    Args:
        tests: by name: (rates, smoothed losses, suggested rate or None), each of another order of
            the data, say.
        ylabel: what the losses are.

    Raises:
        CourseError: nothing to draw, or lists that do not go together.
    """
    not_empty(tests)
    for row in tests.values():
        for lrs, losses, _ in row:
            _check_lengths(lrs, losses)
    height = 1.0 + 2.1 * len(tests) if len(tests) > 1 else 3.5
    figure, grid = figures.new_grid(7.6, height, len(tests), 1, sharex=True)
    said = []
    for [axes], (name, row) in zip(grid, tests.items(), strict=True):
        found = sorted(rate for _, _, rate in row if rate)
        if found:
            axes.axvspan(found[0], found[-1], color=figures.ORANGE, alpha=0.25, linewidth=0)
        for lrs, losses, suggestion in row:
            axes.plot(lrs, _drawable(losses), color=figures.BLUE, linewidth=1.1, alpha=0.75)
            if suggestion:
                place = int(np.argmin(np.abs(np.log(np.asarray(lrs) / suggestion))))
                axes.plot(suggestion, losses[place], "o", color=figures.VERMILION, markersize=5)
        _rate_axis(axes, label=axes is grid[-1][0])
        axes.set(ylabel=ylabel, ylim=(0, _top([losses for _, losses, _ in row])))
        words = _band_words(found, len(row))
        set_title(axes, f"{name}: {words}" if name else words)
        many = "1 test" if len(row) == 1 else f"{len(row)} tests"
        said.append(f"{name}, {many}: {words}" if name else f"{many}: {words}")
    return Drawing(figure, f"{ylabel.capitalize()} against learning rate. {'; '.join(said)}.")


def _draw_path(
    axes: Axes, loss: Callable[[float], float], path: Sequence[float], far: float
) -> None:
    """Dots joined by arrows from step to step; positions beyond `far` are left out."""
    points = [(x, loss(x)) for x in path if abs(x) < far]
    for number, (here, there) in enumerate(itertools.pairwise(points)):
        axes.annotate("", there, here, annotation_clip=True, arrowprops={
            "arrowstyle": "->", "color": figures.VERMILION, "alpha": 0.55, "linewidth": 1.1,
            "shrinkA": 1, "shrinkB": 1, "clip_on": True}, zorder=2 + number / 1e3)  # fmt: skip
    xs, ys = zip(*points, strict=True)
    axes.scatter(xs, ys, s=22, color=figures.VERMILION, zorder=5, linewidths=0)
    axes.scatter(xs[:1], ys[:1], s=46, facecolor=figures.PAPER, edgecolor=figures.BLACK, zorder=6)


def _path_words(loss: Callable[[float], float], path: Sequence[float]) -> str:
    crossed = sum(a * b < 0 for a, b in itertools.pairwise(path))
    end = path[-1]
    after = f"{loss(end):.3g}" if math.isfinite(end) and abs(end) < 1e150 else "beyond all bounds"
    sides = f"changing sides {crossed} times" if crossed else "without changing sides"
    return f"loss {loss(path[0]):.3g} becomes {after} in {len(path) - 1} steps, {sides}"


def _check_lengths(lrs: Sequence[float], *rows: Sequence[float]) -> None:
    if not len(lrs):
        raise CourseError("There is nothing to draw: the test has no steps.")
    for row in rows:
        if len(row) != len(lrs):
            raise CourseError(
                f"{len(lrs)} rates and {len(row)} losses do not go together: one loss a rate."
            )


def _drawable(values: Sequence[float]) -> NDArray[np.float64]:
    """Values with gaps where there is no number, clipped to what can be drawn."""
    row = np.asarray(values, dtype=float)
    return np.clip(np.where(np.isfinite(row), row, np.nan), -_HIGH, _HIGH)


def _rate_axis(axes: Axes, label: bool = True) -> None:
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(numticks=12))
    axes.xaxis.set_minor_formatter(NullFormatter())
    if label:
        axes.set_xlabel("learning rate")


def _top(curves: Sequence[Sequence[float]]) -> float:
    """Room for the curves, but not for all that a diverging loss would take."""
    rows = [row[np.isfinite(row)] for row in map(_drawable, curves)]
    rows = [row for row in rows if len(row)]
    if not rows:
        return 1.0
    highest = max(float(row.max()) for row in rows)
    start = max(float(row[0]) for row in rows)
    return 1.08 * (min(highest, 1.7 * start) if start > 0 else highest)


def _mark(axes: Axes, rate: float, text: str, colour: str, number: int) -> None:
    axes.axvline(rate, color=colour, linewidth=1.6, linestyle=(0, (4, 2)), zorder=4)
    place: Any = ("data", "axes fraction")
    axes.annotate(text, (rate, 0.98 - 0.09 * number), (4, 0), xycoords=place, va="top",
                  textcoords="offset points", color=colour, fontweight="bold", fontsize=9,
                  bbox={"facecolor": figures.PAPER, "edgecolor": "none", "pad": 1.0},
                  zorder=7)  # fmt: skip


def _curve_words(lrs: Sequence[float], losses: Sequence[float]) -> str:
    row = _drawable(losses)
    if not np.isfinite(row).any():
        return f"from {lrs[0]:.2g} to {lrs[-1]:.2g}, no loss is a number"
    lowest = int(np.nanargmin(row))
    return (
        f"from {losses[0]:.3g} at {lrs[0]:.2g} through its lowest {losses[lowest]:.3g} at "
        f"{lrs[lowest]:.2g} to {losses[-1]:.3g} at {lrs[-1]:.2g}"
    )


def _band_words(found: Sequence[float], tests: int) -> str:
    if not found:
        return "no suggestion"
    low, high = rate_text(found[0]), rate_text(found[-1])
    ends = low if low == high else f"{low} to {high}"
    silent = tests - len(found)
    return f"suggestions {ends}" + (f", none in {silent}" if silent else "")
