"""A chart whose still parts are drawn once, and its moving parts again and again, as a JPEG.

A whole figure takes a tenth of a second, which is too slow for a slider; a few lines on a stored
background take some milliseconds.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image


class Blit:
    """The stored background of a figure, and what moves on it."""

    def __init__(self, figure: Figure, moving: Sequence[Artist]) -> None:
        """Draw the still parts of a figure.

        Args:
            figure: with an Agg canvas; its layout stays as it is from now on.
            moving: what is drawn anew each time, in this order. Text, lines and collections of
                its axes.
        """
        assert isinstance(figure.canvas, FigureCanvasAgg)
        self._figure, self._canvas, self._moving = figure, figure.canvas, list(moving)
        for artist in self._moving:
            artist.set_animated(True)
            artist.set_in_layout(False)
        self._canvas.draw()
        figure.set_layout_engine("none")
        self._still = self._canvas.copy_from_bbox(figure.bbox)

    def jpeg(self, quality: int = 90) -> bytes:
        """The figure as its moving parts are now."""
        return jpeg(self.image(), quality)

    def image(self) -> Image.Image:
        """The same as a picture."""
        self._canvas.restore_region(self._still)
        for artist in self._moving:
            if artist.get_visible() and artist.axes is not None:
                artist.axes.draw_artist(artist)
        pixels = np.asarray(self._canvas.buffer_rgba())[..., :3]
        return Image.fromarray(np.ascontiguousarray(pixels))


def span(axes: Axes) -> tuple[float, float]:
    """Where axes begin and end from left to right, as shares of the width of the picture."""
    box = axes.get_position()
    return float(box.x0), float(box.x1)


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    """The picture as a JPEG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
