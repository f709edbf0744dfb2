"""The picture of `explore.photo()`: what the network was shown, where it looked, what it said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.gridspec import GridSpec
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

from helpers import figures
from helpers.explore.blit import Blit

SIDE = 272  # pixels of each of the two pictures
HOT = (255, 140, 0)
VERDICTS = {
    "sure": ("sure", figures.GREEN),
    "leaning": ("not sure", figures.BLUE),
    "torn": ("torn", figures.BLUE),
    "unsure": ("unsure", figures.VERMILION),
    "strange": ("probably none of them", figures.VERMILION),
}
"""What is written over the bars, and in which colour."""


def spread(heat: NDArray[np.float32], side: int = SIDE) -> NDArray[np.float32]:
    """A map [h, w] made [side, side], smoothly, between 0 and 1."""
    given = torch.from_numpy(np.ascontiguousarray(heat))[None, None]
    wide = functional.interpolate(given, size=(side, side), mode="bicubic", align_corners=False)
    made: NDArray[np.float32] = wide[0, 0].clamp(0, 1).numpy()
    return made


def overlay(
    picture: NDArray[np.uint8], heat: NDArray[np.float32], strength: float
) -> NDArray[np.uint8]:
    """The picture [side, side, 3], dark and grey where the map [side, side] is cold.

    Where it is hot the picture stays as it is, with a warm tint; a white line encloses the hottest
    quarter, so that it can be told without colours.
    """
    values = picture.astype(np.float32)
    grey = values.mean(2, keepdims=True) * 0.3
    share = heat[..., None]
    cold = values + strength * (1 - share) * (grey - values)
    mixed = cold + strength * 0.35 * share * (np.asarray(HOT, np.float32) - cold)
    inside = hottest(heat)
    edge = inside & ~_shrunk(inside)
    mixed[edge] += strength * (255 - mixed[edge])
    return mixed.clip(0, 255).astype(np.uint8)


def hottest(heat: NDArray[np.float32], share: float = 0.25) -> NDArray[np.bool_]:
    """The mask of the hottest quarter; nothing where the map is the same everywhere."""
    return heat > max(float(np.quantile(heat, 1 - share)), float(heat.min()) + 1e-6)


def _shrunk(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask without its rim of two pixels."""
    for _ in range(2):
        wide = np.pad(inside, 1, mode="edge")
        inside = inside & wide[2:, 1:-1] & wide[:-2, 1:-1] & wide[1:-1, 2:] & wide[1:-1, :-2]
    return inside


def square(picture: Image.Image, side: int = SIDE) -> NDArray[np.uint8]:
    """A square picture as [side, side, 3]."""
    return np.asarray(picture.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))


class Chart:
    """The still parts are drawn once: two frames, three rows for the bars."""

    def __init__(self, width: float = 5.6, height: float = 4.15, dpi: float = 100) -> None:
        figure, [[left]] = figures.new_grid(width, height, 1, 1, dpi)
        left.remove()
        figure.set_layout_engine("none")
        grid = GridSpec(
            2, 2, figure, left=0.005, right=0.995, top=0.945, bottom=0.01,
            wspace=0.02, hspace=0.06, height_ratios=(SIDE, 118),
        )  # fmt: skip
        blank = np.full((SIDE, SIDE, 3), 255, np.uint8)
        self._pictures = []
        for column, title in enumerate(("what it was shown", "where it looked")):
            axes = figures.picture_axes(figure.add_subplot(grid[0, column]))
            axes.set_title(title, loc="left", fontsize=10, pad=4)
            self._pictures.append(axes.imshow(blank, interpolation="nearest"))
        axes = figures.picture_axes(figure.add_subplot(grid[1, :]))
        axes.set(xlim=(0, 1), ylim=(2.5, -1.45))
        self._verdict = axes.text(0.0, -0.95, "", va="center", fontweight="bold", fontsize=11)
        self._tracks, self._bars, self._names, self._shares = [], [], [], []
        for row in range(3):
            (track,) = axes.barh(row, 0.5, left=0.42, height=0.62, color="#EFEFEF", zorder=1)
            self._tracks.append(track)
            (bar,) = axes.barh(row, 0.0, left=0.42, height=0.62, color=figures.BLUE, zorder=2)
            self._bars.append(bar)
            self._names.append(axes.text(0.41, row, "", ha="right", va="center", fontsize=10))
            self._shares.append(axes.text(0.928, row, "", va="center", fontsize=10))
        moving = [
            *self._pictures,
            self._verdict,
            *self._tracks,
            *self._bars,
            *self._names,
            *self._shares,
        ]
        self._blit = Blit(figure, moving)

    def draw(
        self,
        picture: Image.Image,
        heat: NDArray[np.float32] | None,
        strength: float,
        shares: Sequence[tuple[str, float]],
        explained: int,
        kind: str,
    ) -> bytes:
        """The chart as a JPEG.

        Args:
            picture: what the network was shown, square.
            heat: [h, w] between 0 and 1, or None where there is no map.
            strength: of the map over the picture, 0 to 1.
            shares: at most three classes with their confidence, the largest first.
            explained: position in `shares` of the class that the map is of.
            kind: of verdict, see `VERDICTS`.
        """
        shown = square(picture)
        self._pictures[0].set_data(shown)
        mapped = shown if heat is None else overlay(shown, spread(heat), strength)
        self._pictures[1].set_data(mapped)
        text, colour = VERDICTS[kind]
        self._verdict.set(text=text, color=colour)
        for row in range(3):
            name, share = shares[row] if row < len(shares) else ("", 0.0)
            of_map = row == explained
            self._tracks[row].set_visible(bool(name))
            self._bars[row].set(
                width=0.5 * share, facecolor=figures.BLUE if of_map else figures.SKY
            )
            self._names[row].set(text=_short(name), fontweight="bold" if of_map else "normal")
            self._shares[row].set_text(f"{share:.0%}" if name else "")
        return self._blit.jpeg()


def _short(name: str, most: int = 28) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
