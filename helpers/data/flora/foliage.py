"""Everything green: blades far behind, the plant's own stem and leaves, a blade in front."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from helpers.data.flora.conditions import Conditions
from helpers.data.flora.raster import (
    TAU,
    Array,
    blur,
    bump,
    column,
    enlarge,
    hsv,
    mix,
    smooth_noise,
)

# Hue, saturation and value of what may lie behind a flower.
BACKDROPS = {
    "meadow": (95, 0.60, 0.34),
    "shade": (130, 0.45, 0.20),
    "soil": (28, 0.50, 0.30),
    "dry": (48, 0.45, 0.55),
    "sky": (208, 0.40, 0.80),
    "stone": (40, 0.08, 0.55),
    "wood": (22, 0.50, 0.40),
}


@dataclass(frozen=True)
class Leaf:
    """A slender leaf; lengths in pixels, angles in radians, y pointing down."""

    x: float
    y: float
    angle: float
    length: float
    width: float
    bend: float

    def window(self, size: int) -> tuple[slice, slice]:
        """Return the rows and columns of a picture of this size that the leaf may touch."""
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        x, y = [], []
        for place in (0.0, 0.25, 0.5, 0.75, 1.0):
            along, across = self.length * place, 0.5 * self.bend * self.length * place * place
            x.append(self.x + along * cos - across * sin)
            y.append(self.y + along * sin + across * cos)
        margin = 1.1 * self.width + 2
        return _span(y, margin, size), _span(x, margin, size)

    def lie(self, rows: Array, columns: Array) -> tuple[Array, Array, Array]:
        """Return where pixels lie on the leaf.

        Args:
            rows: y of each row [H, 1].
            columns: x of each column [1, W].

        Returns:
            place from base (0) to tip (1), side from margin (-1) to margin (1), and distance in
            pixels from the margin, positive inside; each [H, W].
        """
        right, down = columns - self.x, rows - self.y
        cos, sin = math.cos(self.angle), math.sin(self.angle)
        place = (right * cos + down * sin) / self.length
        across = down * cos - right * sin - 0.5 * self.bend * self.length * place * place
        half = self.width * place * (1 - place) * (4.9 - 1.8 * place)
        side = np.clip(across / np.maximum(half, 0.05 * self.width), -1, 1)
        return place, side, half - np.abs(across)


def _span(along: list[float], margin: float, size: int) -> slice:
    first, last = math.floor(min(along) - margin), math.ceil(max(along) + margin)
    return slice(min(max(first, 0), size), min(max(last, 0), size))


def backdrop(conditions: Conditions, rng: np.random.Generator, size: int) -> Array:
    """Return what lies far behind the flower, out of focus [3, size, size]."""
    kind = conditions.backdrops[rng.integers(len(conditions.backdrops))]
    hue, saturation, value = BACKDROPS[kind]
    half = size // 2  # it ends up blurred: half the size is enough
    grid = np.arange(half, dtype=np.float64) + 0.5
    base = hsv(hue + rng.normal(0, 8), saturation, value * rng.uniform(0.8, 1.25))
    sky_light = 1.12 - 0.24 * grid / half
    picture = column(base) * np.repeat(sky_light[:, None], half, axis=1)
    sigma = rng.uniform(*conditions.backdrop_blur) * size / 256
    count = int(rng.integers(*conditions.clutter))
    leaves = _clutter(rng, count, half)
    values = np.clip(value * rng.uniform(0.6, 1.7, count), 0.08, 0.9)
    hues = np.where(rng.random(count) < 0.8, rng.normal(98, 16, count), rng.uniform(0, 60, count))
    saturations = rng.uniform(0.35, 0.7, count) * np.clip(1.3 - 0.6 * values, 0, 1)
    for i, leaf in enumerate(leaves):
        if i == count // 2:  # the farther half is softer than the nearer one
            picture = blur(picture, sigma)
        _far_leaf(picture, leaf, hsv(hues[i], saturations[i], values[i]))
    for _ in range(int(rng.integers(*conditions.blossoms))):
        picture = _far_blossom(picture, rng, grid)
    picture = np.clip(enlarge(blur(picture, sigma), size), 0, 1)
    return picture * (0.72 + 0.56 * smooth_noise(rng, size, 5))


def _clutter(rng: np.random.Generator, count: int, half: int) -> list[Leaf]:
    places = rng.uniform((-0.2, 0.1), (1.2, 1.3), (count, 2)) * half
    shapes = rng.uniform((0.4, 0.02), (1.1, 0.09), (count, 2)) * half
    angles, bends = rng.normal(-TAU / 4, 0.8, count), rng.normal(0, 0.8, count)
    table = np.column_stack([places, angles, shapes, bends])
    return [Leaf(*(float(value) for value in row)) for row in table]


def _far_leaf(picture: Array, leaf: Leaf, colour: Array) -> None:
    """Paint a leaf that will be blurred: one side and the tip are a little brighter."""
    rows, columns = leaf.window(picture.shape[-1])
    if rows.start == rows.stop or columns.start == columns.stop:
        return
    place, side, depth = leaf.lie(*_coordinates(rows, columns))
    share = np.clip(depth + 0.5, 0, 1) * ((place > 0) & (place < 1))
    light = 0.91 - 0.16 * side + 0.18 * place
    below = picture[:, rows, columns]
    picture[:, rows, columns] = mix(below, column(colour) * light, share)


def _coordinates(rows: slice, columns: slice) -> tuple[Array, Array]:
    """Return the middles of the pixels of a window, as a column and as a row."""
    y = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None] + 0.5
    x = np.arange(columns.start, columns.stop, dtype=np.float64)[None, :] + 0.5
    return y, x


def _far_blossom(picture: Array, rng: np.random.Generator, grid: Array) -> Array:
    """Add another flower so far away that only a disc of light is left, brighter at its rim."""
    half = len(grid)
    x, y = rng.uniform(0, half, 2)
    radius = rng.uniform(0.03, 0.1) * half
    colour = hsv(rng.uniform(200, 420), rng.uniform(0.1, 0.6), rng.uniform(0.5, 1))  # never green
    distance = np.hypot(grid[None, :] - x, grid[:, None] - y)
    share = np.clip(radius - distance + 0.5, 0, 1)
    light = 0.9 + 0.2 * np.clip(distance / radius, 0, 1) ** 4
    return mix(picture, column(colour) * light, 0.8 * share)


def plant(
    picture: Array, rng: np.random.Generator, centre: tuple[float, float], radius: float
) -> Array:
    """Add the stem that carries the flower and one to three leaves on it."""
    size = picture.shape[-1]
    x, y = centre
    hue = rng.normal(100, 10)
    foot = x + rng.normal(0, 0.15) * size
    sway = rng.normal(0, 3) * size / 128
    picture = add_stem(picture, hue, (x, y), foot, sway, max(2.0, 0.09 * radius))
    for _ in range(int(rng.integers(1, 4))):
        leaf = Leaf(
            x=(x + foot) / 2 + sway,
            y=min(size, y + radius * rng.uniform(0.4, 1.0)),
            angle=float(rng.choice([0.15, 0.85])) * math.pi + rng.normal(0, 0.5),
            length=radius * rng.uniform(0.8, 1.4),
            width=radius * rng.uniform(0.13, 0.24),
            bend=rng.normal(0, 0.8),
        )
        picture = add_leaf(picture, leaf, hue, rng.uniform(0.32, 0.5))
    return picture


def add_stem(
    picture: Array,
    hue: float,
    top: tuple[float, float],
    foot: float,
    sway: float,
    width: float,
) -> Array:
    """Add a round stem from the flower to the lower border."""
    size = picture.shape[-1]
    grid = np.arange(size, dtype=np.float64) + 0.5
    way = np.clip((grid - top[1]) / (size + 5 - top[1]), 0, 1)[:, None]
    middle = top[0] + (foot - top[0]) * way + 4 * sway * way * (1 - way)
    across = (grid[None, :] - middle) / (width / 2)
    share = np.clip((1 - np.abs(across)) * width / 2 + 0.5, 0, 1) * (grid > top[1])[:, None]
    round_light = 1.12 - 0.3 * np.clip(across + 0.35, -1, 1) ** 2
    return mix(picture, column(hsv(hue, 0.5, 0.36)) * round_light, share)


def add_leaf(picture: Array, leaf: Leaf, hue: float, value: float) -> Array:
    """Add a leaf in focus: two halves that catch the light differently, midrib and side veins."""
    rows, columns = leaf.window(picture.shape[-1])
    if rows.start == rows.stop or columns.start == columns.stop:
        return picture
    place, side, depth = leaf.lie(*_coordinates(rows, columns))
    share = np.clip(depth + 0.5, 0, 1) * ((place > 0) & (place < 1))
    light = 1 + 0.10 * np.tanh(4 * side) - 0.12 * side * side + 0.15 * (place - 0.4)
    light -= 0.05 * np.cos(place * 30 - 5 * np.abs(side)) ** 2
    colour = column(hsv(hue, 0.55, value)) * light
    rib = bump(side, 0, 0.09) * np.clip((1 - place) * 3, 0, 1)
    colour = mix(colour, column(hsv(hue - 8, 0.42, value + 0.16)), 0.8 * rib)
    picture = picture.copy()
    below = picture[:, rows, columns]
    picture[:, rows, columns] = mix(below, colour, share)
    return picture


def blade_in_front(
    picture: Array,
    rng: np.random.Generator,
    centre: tuple[float, float],
    radius: float,
    widest: float,
) -> Array:
    """Add a blade of grass close to the lens, out of focus, across the flower."""
    size = picture.shape[-1]
    leaf = Leaf(
        x=centre[0] + rng.uniform(-1, 1) * radius,
        y=1.1 * size,
        angle=-TAU / 4 + rng.normal(0, 0.45),
        length=size * rng.uniform(0.7, 1.3),
        width=size * rng.uniform(0.02, widest),
        bend=rng.normal(0, 0.8),
    )
    softness = rng.uniform(1.5, 5.0) * size / 128
    colour = hsv(rng.normal(98, 12), 0.6, rng.uniform(0.2, 0.5))
    grid = np.arange(size, dtype=np.float64) + 0.5
    place, side, depth = leaf.lie(grid[:, None], grid[None, :])
    share = np.clip(depth / softness + 0.5, 0, 1) * np.clip(place * (1 - place) * 20, 0, 1)
    patches = 0.8 + 0.4 * smooth_noise(rng, size, 4)
    return mix(picture, column(colour) * patches * (1 - 0.15 * side), share)
