"""Pictures that betray what a transform did to them.

A *map* picture holds its own coordinates in its colours: red grows from left to right, green from
top to bottom. From any transformed copy one can therefore read, pixel by pixel, where it came from,
and fit the affine map: rotation, crop, zoom, stretch. That works for every interpolation and fill,
on PIL pictures and on tensors, in version 1 and 2 of torchvision's transforms.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

LOW, HIGH = 40, 215
#: Marks what is picture; far from black, white, and the greys that people fill corners with.
BLUE = 190


def map_picture(width: int, height: int) -> Image.Image:
    """A picture whose colours are coordinates, both from `LOW` to `HIGH`."""
    x = np.linspace(LOW, HIGH, width)[None, :].repeat(height, axis=0)
    y = np.linspace(LOW, HIGH, height)[:, None].repeat(width, axis=1)
    blue = np.full_like(x, BLUE)
    return Image.fromarray(np.stack([x, y, blue], axis=-1).round().astype(np.uint8), "RGB")


def plain_picture(width: int, height: int, colour: tuple[int, int, int]) -> Image.Image:
    """A picture of one colour."""
    return Image.new("RGB", (width, height), colour)


@dataclass(frozen=True)
class Placement:
    """Where the pixels of a square output lie in the source picture.

    Attributes:
        matrix: source pixels (x, y) for one step right and one step down in the output, [2, 2].
        centre: source coordinates of the output's centre, in pixels from the picture's centre.
        shown: share of the output that is picture rather than filling.
    """

    matrix: np.ndarray
    centre: np.ndarray
    shown: float

    @property
    def angle(self) -> float:
        """Degrees that a step to the right is turned by."""
        return float(np.degrees(np.arctan2(self.matrix[1, 0], self.matrix[0, 0])))

    @property
    def steps(self) -> tuple[float, float]:
        """Source pixels per output pixel, to the right and down."""
        right, down = np.linalg.norm(self.matrix, axis=0)
        return float(right), float(down)

    @property
    def skews(self) -> tuple[float, float]:
        """How far from a right angle the columns and the rows of the matrix are (cosines).

        Turning first and cropping afterwards keeps the columns at a right angle; cropping to a
        square first and turning afterwards keeps the rows.
        """
        first = self.matrix / np.linalg.norm(self.matrix, axis=0, keepdims=True)
        second = self.matrix / np.linalg.norm(self.matrix, axis=1, keepdims=True)
        return abs(float(first[:, 0] @ first[:, 1])), abs(float(second[0] @ second[1]))


def read_placement(colours: np.ndarray, width: int, height: int) -> Placement | None:
    """Fit where the pixels of a transformed map picture came from.

    Args:
        colours: [3, S, S] with 0 to 1 for black to white.
        width: of the source picture.
        height: of the source picture.

    Returns:
        None if too little of the picture is left to tell.
    """
    side = colours.shape[-1]
    span = (HIGH - LOW) / 255
    x = ((colours[0] - LOW / 255) / span - 0.5) * (width - 1)
    y = ((colours[1] - LOW / 255) / span - 0.5) * (height - 1)
    grid = np.arange(side) - (side - 1) / 2
    right, down = np.meshgrid(grid, grid)
    design = np.stack([right.ravel(), down.ravel(), np.ones(side * side)], axis=1)
    target = np.stack([x.ravel(), y.ravel()], axis=1)
    keep = np.abs(colours[2].ravel() - BLUE / 255) < 0.03
    keep &= np.isfinite(target).all(axis=1)
    tolerance = 0.02 * max(width, height)
    for _ in range(8):
        if keep.sum() < max(30, 0.25 * side * side):
            return None
        solution = np.linalg.lstsq(design[keep], target[keep], rcond=None)[0]
        error = np.abs(target - design @ solution).max(axis=1)
        bound = max(tolerance, 2.5 * float(np.median(error[keep])))
        improved = (error < bound) & (np.abs(colours[2].ravel() - BLUE / 255) < 0.03)
        if (improved == keep).all():
            break
        keep = improved
    matrix = solution[:2].T
    if np.linalg.norm(matrix, axis=0).min() < 1e-6 or np.linalg.norm(matrix, axis=1).min() < 1e-6:
        return None
    return Placement(matrix, solution[2], float(keep.mean()))
