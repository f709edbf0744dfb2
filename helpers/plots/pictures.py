"""Figures made of pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from PIL import Image

from helpers import figures
from helpers.data import Pictures
from helpers.data.pictures import checked_transform
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.plots.common import square, times, worst
from helpers.randomness import random_state

Triple = tuple[float, float, float]


def contact_sheet(
    pictures: Pictures, rows: int = 4, columns: int = 8, seed: int = 0, titles: bool = True
) -> Drawing:
    """Some pictures, chosen at random but as evenly over the classes as they allow.

    Args:
        pictures: with or without labels.
        rows: of the sheet.
        columns: of the sheet.
        seed: of the choice.
        titles: name each picture's class.

    Raises:
        CourseError: there are no pictures, or no place for one.
    """
    if not isinstance(pictures, Pictures):
        raise CourseError(
            f"A contact sheet shows one split, not {type(pictures).__name__}: give flowers.train, "
            "for instance."
        )
    if rows < 1 or columns < 1:
        raise CourseError(f"{rows} rows of {columns} hold no picture: use at least 1 of each.")
    if not len(pictures):
        raise CourseError(f"There are no pictures in {pictures.name!r}: choose some.")
    chosen = _spread(pictures.labels, rows * columns, seed)
    names = [_class_name(pictures, i) if titles else "" for i in chosen]
    title = f"{pictures.name}: {len(chosen)} of {len(pictures)} pictures"
    figure = _sheet([pictures.picture(i) for i in chosen], names, columns, title)
    shown = sorted({_class_name(pictures, i) for i in chosen} - {""})
    return Drawing(figure, f"{title}. Classes: {', '.join(shown) or 'not given'}.")


def look_alikes(pictures: Pictures, matrix: torch.Tensor, k: int = 3) -> Drawing:
    """The most confused pairs of classes, their pictures side by side.

    Args:
        pictures: to take examples from.
        matrix: LongTensor [C, C], rows are the truth.
        k: number of pairs.

    Raises:
        CourseError: the matrix does not fit the pictures' classes.
    """
    counts = square(matrix, pictures.classes)
    both = np.triu(counts + counts.T, 1)
    pairs = [(i, j) for i, j, _ in worst(both, k)]
    if not pairs:
        figure, axes = figures.new_figure(6, 1)
        figures.picture_axes(axes).text(0, 0.5, "No two classes were confused.", va="center")
        return Drawing(figure, "No two classes were confused.")
    ratios = {"width_ratios": [1, 1, 1, 0.75, 1, 1, 1]}
    height = 1.62 * len(pairs) + 0.3
    figure, grid = figures.new_grid(9.6, height, len(pairs), 7, gridspec_kw=ratios)
    words = []
    for row, (i, j) in zip(grid, pairs, strict=True):
        for label, cells in ((i, row[:3]), (j, row[4:])):
            mine = (pictures.labels == label).nonzero()[:, 0].tolist()
            for place, axes in enumerate(map(figures.picture_axes, cells)):
                if place < len(mine):
                    axes.imshow(pictures.picture(mine[place]))
            cells[0].set_title(pictures.classes[label], loc="left", fontsize=9.5, fontweight="bold")
        middle = figures.picture_axes(row[3])
        centre: Any = {"ha": "center", "va": "center", "transform": middle.transAxes}
        colour = figures.VERMILION
        middle.text(
            0.5, 0.62, f"{both[i, j]}×", fontsize=17, fontweight="bold", color=colour, **centre
        )
        middle.text(0.5, 0.36, "confused", fontsize=9, color=figures.GREY, **centre)
        words.append(f"{pictures.classes[i]} and {pictures.classes[j]}, {times(both[i, j])}")
    return Drawing(figure, f"The most confused pairs, side by side: {'; '.join(words)}.")


def views(
    picture: Image.Image,
    transform: Callable[[Image.Image], Any],
    n: int = 8,
    seed: int = 0,
    mean: Triple | None = None,
    std: Triple | None = None,
) -> Drawing:
    """A picture, large, and n variants of it: look at what you train on.

    Args:
        picture: the original.
        transform: gives a tensor [3, H, W] or a PIL image.
        n: number of variants.
        seed: of the variants; the global random state is left as it was.
        mean, std: to undo a normalisation.

    Raises:
        CourseError: the transform gives something else, or is none.
    """
    if not isinstance(picture, Image.Image):
        raise CourseError(
            f"views shows one picture, not {type(picture).__name__}: give "
            "flowers.train.picture(0), for instance."
        )
    checked_transform(transform)
    made = []
    for k in range(n):
        with random_state(seed, k):
            made.append(_as_picture(transform(picture), mean, std))
    columns = max(1, -(-n // 2))
    cell = 9.6 / (columns + 2)
    figure, _ = figures.new_grid(9.6, 2 * cell + 0.25, 1, 1)
    figure.clear()
    _tight(figure)
    grid = figure.add_gridspec(2, columns + 2)
    first = figures.picture_axes(figure.add_subplot(grid[:, :2]))
    first.imshow(picture, interpolation="lanczos")
    first.set_title("original", loc="left", fontsize=9.5, fontweight="bold", pad=3)
    for place, variant in enumerate(made):
        row, column = divmod(place, columns)
        axes = figures.picture_axes(figure.add_subplot(grid[row, column + 2]))
        axes.imshow(variant, interpolation="lanczos")
    return Drawing(figure, f"A picture and {n} random variants of it.")


def _sheet(pictures: list[Image.Image], names: list[str], columns: int, title: str) -> Figure:
    rows = -(-len(pictures) // columns)
    named = any(names)
    cell = 9.6 / columns
    height = rows * (cell + (0.2 if named else 0)) + (0.35 if title else 0)
    figure, grid = figures.new_grid(9.6, height, rows, columns)
    _tight(figure)
    cells = [figures.picture_axes(axes) for row in grid for axes in row]
    for axes, picture, name in zip(cells, pictures, names, strict=False):
        axes.imshow(picture, interpolation="lanczos")
        if name:
            axes.set_title(name, loc="left", fontsize=min(9.0, 62 / columns), pad=2)
    if title:
        figure.suptitle(title, x=0.004, ha="left", fontsize=11, fontweight="bold")
    return figure


def _tight(figure: Figure) -> None:
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)


def _class_name(pictures: Pictures, index: int) -> str:
    label = int(pictures.labels[index])
    return pictures.classes[label] if label >= 0 else ""


def _spread(labels: torch.Tensor, count: int, seed: int) -> list[int]:
    """Random positions, as even over the labels as possible, sorted by label."""
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(labels), generator=generator)
    rank = torch.zeros(len(labels), dtype=torch.long)
    for label in labels.unique():
        mine = order[labels[order] == label]
        rank[mine] = torch.arange(len(mine))
    # With fewer places than classes, chance decides which classes are seen.
    chosen = order[torch.argsort(rank[order], stable=True)][:count]
    positions: list[int] = chosen[torch.argsort(labels[chosen], stable=True)].tolist()
    return positions


def _as_picture(made: Any, mean: Triple | None, std: Triple | None) -> Image.Image:
    if isinstance(made, Image.Image):
        return made
    if not isinstance(made, torch.Tensor) or made.ndim != 3 or made.shape[0] != 3:
        raise CourseError(
            f"The transform gave {type(made).__name__}, not a PIL image or a tensor [3, H, W]."
        )
    image = made.detach().float()
    if mean is not None and std is not None:
        image = image * torch.tensor(std)[:, None, None] + torch.tensor(mean)[:, None, None]
    pixels = (image.clamp(0, 1) * 255).round().to(torch.uint8)
    return Image.fromarray(pixels.permute(1, 2, 0).numpy())
