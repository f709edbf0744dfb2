"""Colour and smoothing on a pixel grid.

Pictures are float64 arrays [3, height, width], 0 for black and 1 for white, until the last step.
float64 is what makes them the same on every machine: vectorised sines differ in their last bit from
one processor to the next, and only in float64 is that bit too small to move a byte of the result.
For the same reason blurring and resizing are small matrices here rather than a library's.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Colour = tuple[float, float, float]
TAU = 2 * math.pi
RAMP_STEPS = 256


def hsv(hue: float, saturation: float, value: float) -> Array:
    """Return the RGB colour [3] of a hue in degrees, a saturation and a value in 0..1."""
    sixth = [(n + hue / 60.0) % 6.0 for n in (5, 3, 1)]
    return np.array(
        [value - value * saturation * max(0.0, min(1.0, k, 4.0 - k)) for k in sixth], np.float64
    )


def ramp(stops: Sequence[tuple[float, Array]]) -> Array:
    """Return a table [3, 256] of colours between stops (place in 0..1, RGB)."""
    places = np.linspace(0, 1, RAMP_STEPS)
    at = [place for place, _ in stops]
    return np.stack([np.interp(places, at, [colour[i] for _, colour in stops]) for i in range(3)])


def look_up(table: Array, places: Array) -> Array:
    """Return the colours [3, M] of a ramp at places [M] in 0..1."""
    return table[:, np.clip(places * (RAMP_STEPS - 1), 0, RAMP_STEPS - 1).astype(np.intp)]


def mix(below: Array, above: Array, share: Array | float) -> Array:
    """Lay `above` over `below`; `share` in 0..1 says how much of it."""
    mixed = above - below
    mixed *= share
    mixed += below
    return mixed


def column(colour: Array) -> Array:
    """Return a colour [3] as [3, 1, 1], ready to meet a picture."""
    return colour[:, None, None]


def bump(values: Array, centre: float, width: float) -> Array:
    """Return a bell of height 1 around `centre`."""
    scaled = (values - centre) / width
    return np.exp(-scaled * scaled)


def blur(picture: Array, sigma: float) -> Array:
    """Blur [..., height, width] by a Gaussian of `sigma` pixels; borders are continued."""
    if sigma <= 0:
        return picture
    height, width = picture.shape[-2:]
    return _gauss(height, sigma) @ picture @ _gauss(width, sigma).T


def enlarge(picture: Array, size: int) -> Array:
    """Resize [..., n, n] to [..., size, size] by a cubic curve through the pixels."""
    matrix = _cubic(size, picture.shape[-1])
    return matrix @ picture @ matrix.T


def smooth_noise(rng: np.random.Generator, size: int, cells: int) -> Array:
    """Return soft patches [size, size] around 0.5, about `cells` of them a side."""
    return enlarge(rng.random((cells, cells)), size)


def shift_and_blur(mask: Array, right: float, down: float, sigma: float) -> Array:
    """Move a mask [n, n] by any fraction of pixels and blur it; nothing wraps around."""
    places = np.arange(mask.shape[-1], dtype=np.float64)
    rows = _bell(places[:, None] - places[None, :] - down, sigma)
    columns = _bell(places[:, None] - places[None, :] - right, sigma)
    return rows @ mask @ columns.T


def shrink(picture: Array, factor: int) -> Array:
    """Average blocks of factor x factor pixels of [..., height, width]."""
    height, width = picture.shape[-2] // factor, picture.shape[-1] // factor
    blocks = picture.reshape(*picture.shape[:-2], height, factor, width, factor)
    return blocks.mean(axis=(-3, -1))


def _bell(distance: Array, sigma: float) -> Array:
    return np.exp(-0.5 * (distance / sigma) ** 2) / (sigma * math.sqrt(TAU))


def _gauss(count: int, sigma: float) -> Array:
    places = np.arange(count, dtype=np.float64)
    weights = _bell(places[:, None] - places[None, :], sigma)
    return weights / weights.sum(axis=1, keepdims=True)


@functools.lru_cache(maxsize=32)
def _cubic(count: int, given: int) -> Array:
    """Return the matrix [count, given] of Keys' cubic interpolation (a = -0.5)."""
    at = (np.arange(count) + 0.5) * given / count - 0.5
    first = np.floor(at).astype(np.intp)
    matrix = np.zeros((count, given))
    for tap in range(-1, 3):
        distance = np.abs(at - (first + tap))
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        np.add.at(
            matrix,
            (np.arange(count), np.clip(first + tap, 0, given - 1)),
            np.where(distance <= 1, near, np.where(distance < 2, far, 0.0)),
        )
    matrix.setflags(write=False)
    return matrix
