"""Text and simple shapes on a PIL picture, many times faster than matplotlib's text."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from PIL import ImageDraw, ImageFont

Fonts = dict[tuple[bool, int], ImageFont.FreeTypeFont]
SIZES = (10, 11, 12, 15)


def fonts(sharp: int = 1) -> Fonts:
    """The font of the charts by (bold, size), so many times larger."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return {
        (bold, size): ImageFont.truetype(
            str(folder / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), size * sharp
        )
        for bold in (False, True)
        for size in SIZES
    }


class Pen:
    """Draws in units of the page."""

    def __init__(
        self, draw: ImageDraw.ImageDraw, fonts: Fonts, left: float = 0, sharp: int = 1
    ) -> None:
        """Take a picture to draw on.

        Args:
            draw: of the picture.
            fonts: for the same `sharp`.
            left: where x = 0 is, in units of the page.
            sharp: pixels of the picture for one unit.
        """
        self._draw, self._fonts, self._left, self._sharp = draw, fonts, left, sharp

    def text(
        self, x: float, y: float, text: str, colour: str, size: int, bold: bool = False,
        anchor: str = "lm",
    ) -> None:  # fmt: skip
        place = ((x + self._left) * self._sharp, y * self._sharp)
        self._draw.text(place, text, colour, self._fonts[bold, size], anchor=anchor)

    def length(self, text: str, size: int) -> float:
        return float(self._draw.textlength(text, self._fonts[True, size])) / self._sharp

    def bar(
        self,
        x: float,
        y: float,
        right: float,
        bottom: float,
        colour: str,
        radius: float,
        edge: str | None = None,
    ) -> None:
        box = self._box(x, y, right, bottom)
        if box[2] > box[0]:
            self._draw.rounded_rectangle(
                box, radius * self._sharp, colour, edge, self._sharp if edge else 0
            )

    def hatch(self, x: float, y: float, right: float, bottom: float, colour: str) -> None:
        """Diagonal lines, clipped to a box."""
        left, top, end, low = self._box(x, y, right, bottom)
        high, gap = low - top, 7 * self._sharp
        for start in range(left - high, end, gap):
            a, b = max(start, left), min(start + high, end)
            if b > a:
                self._draw.line((a, low - (a - start), b, low - (b - start)), colour, self._sharp)

    def disc(self, x: float, y: float, radius: float, colour: str, edge: str | None = None) -> None:
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, colour, edge, 2 * self._sharp if edge else 0)

    def arrow(self, x: float, y: float, colour: str) -> None:
        """The head of an arrow that points upwards, its tip at y - 8."""
        points = [(x - 8, y + 8), (x, y - 8), (x + 8, y + 8)]
        self._draw.polygon(
            [((a + self._left) * self._sharp, b * self._sharp) for a, b in points], colour
        )

    def _box(self, x: float, y: float, right: float, bottom: float) -> tuple[int, int, int, int]:
        left = self._left
        a, b, c, d = (round(v * self._sharp) for v in (x + left, y, right + left, bottom))
        return a, b, c, d
