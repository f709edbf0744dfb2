"""The figures of the class report: small enough for a telephone, drawn once for light and dark."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from helpers import figures
from helpers.grading.reports.summary import ExerciseSummary, LessonSummary
from helpers.grading.reports.text import count_of, number
from helpers.grading.reports.verdicts import GROUPS, LOOKS

WIDTH = 3.9
"""Inches: as wide as a telephone shows without shrinking the letters much."""

_FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_PAPER, _LINES = "#ffffff", "#e6e6e6"
_DARK = {
    figures.BLACK: "#ececea", figures.GREY: "#a9b0b7", _PAPER: "#1d2023", _LINES: "#373c41",
    figures.BLUE: "#56b4e9", "#5b5b5b": "#7a7f84",
}  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """A figure as two files of SVG in data URIs, its size, and the words that replace it."""

    light: str
    dark: str
    width: int
    height: int
    alt: str


def picture(drawing: figures.Drawing) -> Picture:
    """Write a drawing for light and for dark pages; letters stay letters."""
    buffer = io.BytesIO()
    rules = {**figures.STYLE, "svg.fonttype": "none", "svg.hashsalt": "reports"}
    with mpl.rc_context(rules):
        drawing.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue().decode("utf-8")
    text = re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"(font: [^;\"]*?[\d.]+px )[^;\"]+", rf"\1{_FONTS}", text)
    width, height = drawing.figure.get_size_inches() * 96
    return Picture(_uri(text), _uri(_darkened(text)), round(width), round(height), drawing.alt)


def _uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def _darkened(svg: str) -> str:
    return re.sub(
        "|".join(_DARK),
        lambda found: {light.lower(): dark for light, dark in _DARK.items()}[found[0].lower()],
        svg,
        flags=re.IGNORECASE,
    )


@mpl.rc_context(figures.STYLE)
def totals(lesson: LessonSummary) -> figures.Drawing:
    """Draw how many learners have how many points in a lesson."""
    points, most = np.asarray(lesson.totals), lesson.max_points or 1.0
    figure, axes = figures.new_figure(WIDTH, 2.6)
    edges = _edges(most)
    axes.hist(
        np.clip(points, edges[0], edges[-1]), edges.tolist(), color=figures.BLUE, edgecolor=_PAPER
    )
    middle = float(np.median(points))
    axes.axvline(middle, color=figures.BLACK, linewidth=1.4, linestyle=(0, (4, 3)))
    axes.annotate(
        f"median {number(middle)}", (middle, 1), (4 if middle < most / 2 else -4, 2),
        xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="left" if middle < most / 2 else "right", va="bottom", fontsize=9,
    )  # fmt: skip
    axes.set_xlim(edges[0], edges[-1])
    so_far = " so far" if lesson.waiting else ""
    axes.set_xlabel(f"points{so_far}, of {number(most)}")
    axes.set_ylabel("learners")
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(False, axis="x")
    quarter, three = np.percentile(points, [25, 75])
    alt = (
        f"Histogram of the points of {count_of(len(points), 'learner')}: half of them have "
        f"{number(middle)} of {number(most)} or more, the middle half between {number(quarter)} "
        f"and {number(three)}."
    )
    return figures.Drawing(figure, alt)


def _edges(most: float) -> NDArray[np.float64]:
    """Bars around whole points; around steps of points where there would be too many."""
    step = max(1.0, float(np.ceil(most / 24)))
    return np.arange(-step / 2, most + step, step)


@mpl.rc_context(figures.STYLE)
def verdicts(exercises: Sequence[ExerciseSummary]) -> figures.Drawing:
    """Draw the verdicts on each exercise as one bar, in shares of the class."""
    figure, axes = figures.new_figure(WIDTH, 1.25 + 0.36 * len(exercises))
    shares = np.array([_shares(exercise) for exercise in exercises])
    left, rows = np.zeros(len(exercises)), np.arange(len(exercises))
    for index, group in enumerate(GROUPS.values()):
        widths = shares[:, index]
        if not widths.any():
            continue
        axes.barh(
            rows, widths, 0.72, left, color=group.colour, edgecolor=_PAPER, linewidth=1,
            label=group.word,
        )  # fmt: skip
        for row, width, start in zip(rows, widths, left, strict=True):
            if width >= 0.09:
                axes.text(
                    start + width / 2, float(row), f"{width:.0%}", color=group.ink, fontsize=8.5,
                    ha="center", va="center",
                )  # fmt: skip
        left += widths
    _names(axes, [exercise.name for exercise in exercises])
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("share of learners")
    axes.grid(False)
    figure.legend(
        loc="outside upper left", ncols=3, fontsize=8.5, handlelength=1, handleheight=1,
        columnspacing=1,
    )  # fmt: skip
    right = ", ".join(
        f"{_short(e.name)} {share:.0%}" for e, share in zip(exercises, shares[:, 0], strict=True)
    )
    return figures.Drawing(
        figure, f"Stacked bars of the verdicts on each exercise. Correct: {right}."
    )


def _shares(exercise: ExerciseSummary) -> list[float]:
    whole = sum(exercise.verdicts.values()) or 1
    counts = dict.fromkeys(GROUPS, 0)
    for verdict, count in exercise.verdicts.items():
        counts[LOOKS[verdict].group] += count
    return [count / whole for count in counts.values()]


@mpl.rc_context(figures.STYLE)
def seconds(exercises: Sequence[ExerciseSummary]) -> figures.Drawing:
    """Draw how long the answers ran: the median, and from the 10th to the 90th of a hundred."""
    figure, axes = figures.new_figure(WIDTH, 1.0 + 0.36 * len(exercises))
    cuts = np.array([_percentiles(exercise.seconds) for exercise in exercises])
    rows = np.arange(len(exercises))
    axes.hlines(rows, cuts[:, 0], cuts[:, 2], color=figures.SKY, linewidth=7)
    axes.plot(cuts[:, 3], rows, "|", color=figures.GREY, markersize=9)
    axes.plot(cuts[:, 1], rows, "o", color=figures.BLACK, markersize=7, markeredgecolor=_PAPER)
    _names(axes, [exercise.name for exercise in exercises])
    axes.set_xscale("log")
    low, high = cuts[:, 0].min(), cuts[:, 3].max()
    axes.set_xlim(low / 1.5, max(high, 10 * low) * 1.5)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
    axes.set_xlabel("seconds for one answer (log scale)")
    axes.grid(False, axis="y")
    slowest = int(np.argmax(cuts[:, 1]))
    return figures.Drawing(
        figure,
        "Seconds that answers took to run: "
        + ", ".join(
            f"{_short(e.name)} {cut[1]:.2g} s" for e, cut in zip(exercises, cuts, strict=True)
        )
        + f" in the median. {_short(exercises[slowest].name)} takes longest.",
    )


def _percentiles(values: Sequence[float]) -> NDArray[np.float64]:
    found = np.percentile(values, [10, 50, 90, 100]) if len(values) else np.full(4, np.nan)
    return np.maximum(found, 1e-3)


def _names(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [_short(name) for name in names], fontsize=9)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)


def _short(name: str) -> str:
    return (name.partition(".")[2] or name)[:30].replace("$", r"\$")
