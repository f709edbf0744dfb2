"""What the figures share: titles, labels at the ends of lines, colours, checks of the input."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from helpers import figures
from helpers.errors import CourseError


@dataclass(frozen=True)
class End:
    """Where a line ends, and what stands there."""

    x: float
    y: float
    text: str
    colour: str


def set_title(axes: Axes, text: str) -> None:
    """The title of axes, over their left edge."""
    axes.set_title(text, loc="left", fontsize=11, fontweight="bold")


def label_ends(axes: Axes, ends: Sequence[End]) -> None:
    """Write at the right edge what each line is, at its height, but no two over each other."""
    low, high = axes.get_ylim()
    room = 0.062 * (high - low)  # what a line of text takes of the height of the axes
    place = -float("inf")
    for end in sorted(ends, key=lambda end: end.y):
        place = max(end.y, place + room)
        axes.annotate(
            end.text,
            (1.015, place),
            xycoords=("axes fraction", "data"),
            va="center",
            color=end.colour,
            fontweight="bold",
            fontsize=9,
            annotation_clip=False,
        )


def dashed_line(axes: Axes, value: float, text: str = "", upright: bool = False) -> None:
    """A value to compare with."""
    draw = axes.axvline if upright else axes.axhline
    draw(value, color=figures.GREY, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    if text:
        axes.annotate(
            text,
            (0, value),
            (5, -3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="top",
            fontsize=9,
            color=figures.GREY,
        )


def formatter(values: Sequence[float]) -> Callable[[float], str]:
    """Percent for fractions, plain numbers otherwise."""
    if all(0 <= value <= 1 for value in values):
        return lambda value: f"{value:.1%}"
    return lambda value: f"{value:.3g}"


def rate_text(rate: float) -> str:
    """A learning rate with two digits: 0.0031, 0.2, 3."""
    return f"{rate:.2g}" if rate >= 1e-4 else f"{rate:.1e}"


def not_empty(values: Mapping[Any, Any]) -> None:
    """Refuse to draw nothing.

    Raises:
        CourseError: no names, or a name without values.
    """
    if not values:
        raise CourseError("There is nothing to draw: the dictionary is empty.")
    for name, row in values.items():
        if not len(row):
            raise CourseError(f"There is nothing to draw for {name!r}: measure it first.")


def colours(count: int) -> list[str]:
    """Colours for that many things, dark enough for words on white."""
    strong = (figures.BLUE, figures.VERMILION, figures.GREEN, figures.PURPLE, figures.BLACK)
    return [strong[i % len(strong)] for i in range(count)]


def fade(colour: str) -> Any:
    """From white to a colour; nothing where there is no number."""
    return LinearSegmentedColormap.from_list(colour, ["#FFFFFF", colour])


def square(matrix: torch.Tensor, classes: Sequence[str]) -> NDArray[np.int64]:
    """The matrix as whole numbers.

    Raises:
        CourseError: it does not fit the names.
    """
    counts = np.asarray(matrix)
    if counts.shape != (len(classes), len(classes)):
        raise CourseError(
            f"The matrix is {'×'.join(map(str, counts.shape))} for {len(classes)} classes: "
            "make it with confusion_matrix(logits, labels)."
        )
    return counts.astype(int)


def worst(counts: NDArray[np.int64], k: int) -> list[tuple[int, int, int]]:
    """The k largest entries off the diagonal: row, column, count."""
    off = counts.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:k]
    found = [
        (int(i), int(j), int(off[i, j]))
        for i, j in zip(*np.unravel_index(order, off.shape), strict=True)
    ]
    return [entry for entry in found if entry[2]]


def times(count: int) -> str:
    """The number of times, in words."""
    return "once" if count == 1 else f"{count} times"
