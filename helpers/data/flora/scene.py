"""A photograph: the flower in front of its backdrop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from helpers.data.flora.conditions import Conditions
from helpers.data.flora.species import Species


def photograph(
    species: Species, conditions: Conditions, rng: np.random.Generator, size: int
) -> NDArray[np.uint8]:
    """Return one photograph [size, size, 3]."""
    radius = rng.uniform(*conditions.scale)
    turn = rng.uniform(-1, 1) * conditions.rotation
    x, y = np.meshgrid(np.linspace(-1, 1, size), np.linspace(-1, 1, size))
    angle = np.arctan2(y, x) + turn
    edge = radius * (0.6 + 0.4 * np.abs(np.cos(angle * species.petals / 2)))
    inside = (np.hypot(x, y) < edge)[..., None]
    green = np.array([0.2, 0.4, 0.15]) * rng.uniform(0.6, 1.2)
    colour = np.array(species.colour) * rng.uniform(0.8, 1.1)
    picture = np.where(inside, colour, green) * 255
    picture += rng.normal(0, rng.uniform(*conditions.grain), (size, size, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)
