"""Drawings: a matplotlib figure with a text alternative, and the house style.

Figures are built without pyplot: nothing is registered globally, nothing leaks, and drawing works
in a thread or in a process without a display.
"""

from __future__ import annotations

import base64
import io
import textwrap
from pathlib import Path
from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every common kind of colour blindness.
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
SKY = "#56B4E9"
YELLOW = "#F0E442"
BLACK = "#1B1B1B"
GREY = "#6F6F6F"
PAPER = "#FFFFFF"
PALETTE: tuple[str, ...] = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK, YELLOW)

STYLE: Any = {
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "axes.edgecolor": GREY,
    "axes.labelcolor": BLACK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=PALETTE),
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "font.size": 10,
    "legend.frameon": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": BLACK,
    "ytick.labelcolor": BLACK,
    "text.color": BLACK,
    "savefig.facecolor": "auto",
}


class Drawing:
    """A figure and the words that replace it for a reader who cannot see it."""

    def __init__(self, figure: Figure, alt: str) -> None:
        """Keep a figure that was built without pyplot.

        Args:
            figure: the matplotlib figure.
            alt: what the figure shows, in one or two plain sentences.
        """
        self.figure = figure
        self.alt = " ".join(alt.split())

    def png(self, dpi: float | None = None) -> bytes:
        """Return the figure as a PNG file."""
        return self._encode("png", dpi)

    def save(self, path: str | Path, dpi: float | None = None) -> Path:
        """Write the figure to a file; the ending chooses the format (png, jpg, svg, pdf)."""
        path = Path(path)
        path.write_bytes(self._encode(path.suffix.lstrip(".").lower() or "png", dpi))
        return path

    def _encode(self, kind: str, dpi: float | None) -> bytes:
        if not isinstance(self.figure.canvas, FigureCanvasAgg):
            FigureCanvasAgg(self.figure)
        buffer = io.BytesIO()
        with mpl.rc_context(STYLE):
            self.figure.savefig(buffer, format=kind, dpi=dpi or self.figure.dpi)
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        picture = base64.b64encode(self.png()).decode("ascii")
        return {"image/png": picture, "text/plain": self.alt}, {"image/png": {"alt": self.alt}}

    def __repr__(self) -> str:
        return f"Drawing({textwrap.shorten(self.alt, 70)!r})"


def new_figure(width: float = 7.0, height: float = 4.0, dpi: float = 110) -> tuple[Figure, Axes]:
    """Return a figure in the house style with one pair of axes.

    Args:
        width: in inches.
        height: in inches.
        dpi: pixels per inch.
    """
    figure, axes = new_grid(width, height, 1, 1, dpi)
    return figure, axes[0][0]


def new_grid(
    width: float, height: float, rows: int, columns: int, dpi: float = 110, **options: Any
) -> tuple[Figure, list[list[Axes]]]:
    """Return a figure in the house style with a grid of axes, as rows of columns.

    Args:
        width: in inches.
        height: in inches.
        rows: number of rows.
        columns: number of columns.
        dpi: pixels per inch.
        options: passed to `Figure.subplots` (sharex, gridspec_kw, ...).
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), dpi=dpi, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, [list(row) for row in axes]


def picture_axes(axes: Axes) -> Axes:
    """Strip axes of everything that disturbs a photograph: ticks, grid and frame."""
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes
