"""From the light of a scene to the bytes of a photograph: shade, tone, blur, grain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from helpers.data.flora.conditions import Conditions
from helpers.data.flora.raster import Array, blur, column, enlarge


def expose(scene: Array, conditions: Conditions, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return the photograph [size, size, 3] of a scene [3, size, size]."""
    size = scene.shape[-1]
    light = _dappled(scene, rng) if rng.random() < conditions.dappled else scene
    light = _falloff(light, conditions, rng)
    picture = _tone(light * _gain(conditions, rng), 1 + rng.normal(0, conditions.contrast))
    sigma = rng.uniform(*conditions.blur)
    if sigma > 0.3:
        picture = blur(picture, sigma * size / 128)
    picture = 255 * picture + rng.uniform(*conditions.grain) * rng.standard_normal((size, size))
    return np.ascontiguousarray(np.clip(picture, 0, 255).astype(np.uint8).transpose(1, 2, 0))


def _dappled(scene: Array, rng: np.random.Generator) -> Array:
    """Lay the broken shade of a tree over everything: dark, but for the flecks of sun."""
    size = scene.shape[-1]
    half = size // 2
    grid = (np.arange(half, dtype=np.float64) + 0.5) / half
    count = int(rng.integers(7, 16))
    places, radii = rng.uniform(-0.1, 1.1, (count, 2)), rng.uniform(0.07, 0.2, count)
    sun = np.zeros((half, half))
    for (x, y), radius in zip(places, radii, strict=True):
        distance = np.hypot(grid[None, :] - x, grid[:, None] - y)
        sun = np.maximum(sun, np.clip((radius - distance) / 0.05 + 0.5, 0, 1))
    sun = enlarge(blur(sun, half / 64), size)
    return scene * (1 - rng.uniform(0.25, 0.6) * np.clip(1 - sun, 0, 1))


def _falloff(scene: Array, conditions: Conditions, rng: np.random.Generator) -> Array:
    """Make one side and one end of the picture a little brighter than the other."""
    down, right = rng.normal(0, conditions.falloff, 2)
    slope = np.linspace(-1, 1, scene.shape[-1])
    return scene * (1 + down * slope[:, None] + right * slope[None, :])


def _gain(conditions: Conditions, rng: np.random.Generator) -> Array:
    """Return the exposure of each channel [3, 1, 1]: stops, and warm against cold."""
    warm = rng.normal(0, conditions.white_balance)
    stops = rng.normal(0, conditions.exposure)
    green = 1 + rng.normal(0, 0.25 * conditions.white_balance)
    return column(2**stops * np.array([1 + warm, green, 1 - warm]))


def _tone(light: Array, contrast: float) -> Array:
    """Roll highlights off instead of clipping them, then stretch around the middle."""
    rolled = np.where(light > 0.8, 0.8 + 0.2 * np.tanh((light - 0.8) / 0.2), light)
    return np.clip((rolled - 0.45) * contrast + 0.45, 0, 1)
