"""What the last convolutions hand to the head, and what pooling leaves of it: lesson 05."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.patches import Rectangle
from PIL import Image

from helpers import figures
from helpers.errors import CourseError
from helpers.figures import Drawing
from helpers.plots.common import fade


def feature_maps(
    pictures: Mapping[str, Image.Image], maps: torch.Tensor, channels: Sequence[int]
) -> Drawing:
    """Some channels of the feature maps of some pictures, with the average and maximum of each.

    A row for each picture: the photograph, then a map for each channel, with a frame around its
    largest value. A channel has the same scale of colour in every row.

    Args:
        pictures: by name.
        maps: [pictures, C, H, W], not negative where the network ends in a ReLU.
        channels: which of the C to show.

    Raises:
        CourseError: no picture or channel; maps that do not go with them.
    """
    if not pictures or not channels:
        raise CourseError("There is nothing to draw: give a picture and a channel at least.")
    fits = maps.ndim == 4 and len(maps) == len(pictures)
    if not fits or not all(0 <= channel < maps.shape[1] for channel in channels):
        raise CourseError(
            f"Maps of shape {list(maps.shape)} do not go with {len(pictures)} pictures and the "
            f"channels {list(channels)}: they are [pictures, C, H, W]."
        )
    shown = maps.detach().float()[:, list(channels)].cpu().numpy()
    columns = 1 + len(channels)
    side = 9.6 / columns
    height = (side + 0.36) * len(pictures)
    figure, grid = figures.new_grid(9.6, height, len(pictures), columns)
    said = []
    for row, (name, picture), planes in zip(grid, pictures.items(), shown, strict=True):
        first = figures.picture_axes(row[0])
        first.imshow(picture, interpolation="lanczos")
        first.set_title(name, loc="left", fontsize=9.5, fontweight="bold")
        words = []
        for place, (channel, plane) in enumerate(zip(channels, planes, strict=True)):
            _draw_map(row[1 + place], plane, float(shown[:, place].max()))
            words.append(f"channel {channel} average {plane.mean():.2f}, maximum {plane.max():.2f}")
        said.append(f"{name}: {'; '.join(words)}")
    return Drawing(figure, f"Photographs and their feature maps. {'. '.join(said)}.")


def _draw_map(axes: Any, plane: Any, top: float) -> None:
    """One map with its numbers; white is 0, the full colour the largest value of the channel."""
    figures.picture_axes(axes)
    axes.spines[:].set(visible=True, color=figures.GREY, linewidth=0.6)  # white maps need an edge
    axes.imshow(plane, cmap=fade(figures.BLUE), vmin=0, vmax=top or 1.0)
    row, column = np.unravel_index(int(plane.argmax()), plane.shape)
    axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, linewidth=2.4,
                             edgecolor=figures.VERMILION, clip_on=False))  # fmt: skip
    axes.set_title(f"average {plane.mean():.2f}", loc="left", fontsize=9, color=figures.BLUE)
    axes.set_xlabel(f"maximum {plane.max():.2f}", loc="left", fontsize=9, color=figures.VERMILION)
