"""Panels side by side: the same lines under several conditions, several measures of one sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from matplotlib.ticker import MaxNLocator

from helpers import figures
from helpers.figures import Drawing
from helpers.plots.common import End, colours, label_ends, not_empty, set_title


def courses(
    panels: Mapping[str, Mapping[str, Sequence[float]]], xlabel: str = "step", ylabel: str = ""
) -> Drawing:
    """Lines over steps, a panel for each condition, all with one vertical axis.

    Args:
        panels: by title, then by name: a value for every step, the one before step 1 first.
        xlabel: what is counted.
        ylabel: what the values are.

    Raises:
        CourseError: no panel, one without a line, or a line without values.
    """
    not_empty(panels)
    width = min(9.6, 2.2 + 3.7 * len(panels))
    figure, [row] = figures.new_grid(width, 3.5, 1, len(panels), sharey=True)
    said = []
    for axes, (title, lines) in zip(row, panels.items(), strict=True):
        not_empty(lines)
        ends: list[End] = []
        for colour, (name, values) in zip(colours(len(lines)), lines.items(), strict=True):
            size = 0 if len(values) > 1 else 5
            # Where one line lies upon another, the one below is seen between the dashes.
            style: Any = (0, (4, 3)) if ends else "-"
            axes.plot(range(len(values)), values, color=colour, linestyle=style, marker="o",
                      markersize=size)  # fmt: skip
            ends.append(End(len(values) - 1, values[-1], name, colour))
            said.append(f"{title}, {name}: from {values[0]:.3g} to {values[-1]:.3g}")
        axes.set_xlabel(xlabel)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        set_title(axes, title)
        label_ends(axes, ends)
    row[0].set_ylabel(ylabel)
    return Drawing(figure, f"{ylabel or 'Values'} against {xlabel}. {'; '.join(said)}.")


def sweeps(
    panels: Mapping[str, Mapping[str, Mapping[float, float]]], xlabel: str = "weight decay"
) -> Drawing:
    """Measures against a setting that was swept, a panel for each measure.

    The settings stand side by side at equal distances, so that 0 has a place beside powers of ten.

    Args:
        panels: by measure, then by name of a line: a value for each setting. Accuracies are
            fractions, and are shown in percent.
        xlabel: what was swept.

    Raises:
        CourseError: no panel, one without a line, or a line without values.
    """
    not_empty(panels)
    figure, [row] = figures.new_grid(9.6, 3.6, 1, len(panels))
    said = []
    for axes, (measure, lines) in zip(row, panels.items(), strict=True):
        not_empty(lines)
        settings = sorted(set(chain.from_iterable(lines.values())))
        show = _percent if "accuracy" in measure else _plain  # a loss may be below 1, too
        ends = []
        for colour, (name, line) in zip(colours(len(lines)), lines.items(), strict=True):
            places = [settings.index(setting) for setting in sorted(line)]
            values = [line[setting] for setting in sorted(line)]
            axes.plot(places, values, color=colour, marker="o", markersize=5)
            ends.append(End(places[-1], values[-1], name, colour))
            listed = ", ".join(f"{show(line[setting])} at {setting:g}" for setting in sorted(line))
            said.append(f"{measure}, {name}: {listed}" if name else f"{measure}: {listed}")
        axes.set_xticks(range(len(settings)), [f"{setting:g}" for setting in settings], fontsize=9)
        axes.set_xlabel(xlabel)
        axes.yaxis.set_major_formatter(_ticks(show))
        set_title(axes, measure)
        label_ends(axes, ends)
    return Drawing(figure, f"Against {xlabel}. {'; '.join(said)}.")


def _percent(value: float) -> str:
    return f"{value:.1%}"


def _plain(value: float) -> str:
    return f"{value:.3g}"


def _ticks(show: Callable[[float], str]) -> Callable[[float, float], str]:
    """As matplotlib asks for the text of a tick: for a value and a position."""
    return lambda value, _: show(value)
