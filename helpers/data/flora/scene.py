"""One photograph: backdrop, plant, flower, shadow, and then the camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.data.flora import camera, foliage
from helpers.data.flora.botany import Plane, paint_centre, paint_whorl
from helpers.data.flora.conditions import Conditions
from helpers.data.flora.raster import TAU, Array, enlarge, mix, shift_and_blur, shrink
from helpers.data.flora.species import Species

_REACH = 1.15  # no petal ends farther out than this


@dataclass(frozen=True)
class Pose:
    """How a flower stands in the picture; lengths in pixels, angles in radians."""

    x: float
    y: float
    radius: float
    rotation: float
    tilt: float
    azimuth: float  # direction that the flower leans to
    light: float  # direction that the light comes from

    @classmethod
    def drawn(cls, conditions: Conditions, rng: np.random.Generator, size: int) -> Pose:
        """Draw a pose that the conditions allow."""
        return cls(
            radius=size / 2 * rng.uniform(*conditions.scale),
            x=size / 2 + rng.uniform(-1, 1) * conditions.shift * size,
            y=size / 2 + rng.uniform(-1, 1) * conditions.shift * size,
            rotation=rng.uniform(-1, 1) * conditions.rotation,
            tilt=rng.uniform(*conditions.tilt),
            azimuth=rng.uniform(0, TAU),
            light=rng.uniform(*conditions.light),
        )


def photograph(
    species: Species, conditions: Conditions, rng: np.random.Generator, size: int
) -> NDArray[np.uint8]:
    """Return one photograph [size, size, 3] of a species under the given conditions."""
    pose = Pose.drawn(conditions, rng, size)
    scene = foliage.backdrop(conditions, rng, size)
    scene = foliage.plant(scene, rng, (pose.x, pose.y), pose.radius)
    flower, cover = flower_layer(species, pose, rng, size)
    scene = mix(cast_shadow(scene, cover, pose, depth=0.55), flower, cover)
    if rng.random() < conditions.occluded:
        scene = foliage.blade_in_front(
            scene, rng, (pose.x, pose.y), pose.radius, conditions.blade_width
        )
    return camera.expose(scene, conditions, rng)


def flower_layer(
    species: Species, pose: Pose, rng: np.random.Generator, size: int
) -> tuple[Array, Array]:
    """Return the flower [3, size, size] and how much of each pixel it covers [size, size]."""
    plane, rows, columns = _plane(pose, species.form.cone, size)
    whorls, centre = species.form.grow(rng, rng.normal(0, 1))
    for whorl in whorls:
        paint_whorl(plane, whorl, rng)
    paint_centre(plane, centre, rng)
    paint, cover = np.zeros((3, size, size)), np.zeros((size, size))
    paint[:, rows, columns] = plane.paint
    cover[rows, columns] = plane.cover
    return paint, cover


def cast_shadow(scene: Array, cover: Array, pose: Pose, depth: float) -> Array:
    """Darken what lies behind a flower on the side away from the light."""
    offset = -0.12 * pose.radius / 2
    shadow = shift_and_blur(
        shrink(cover, 2),
        right=offset * math.cos(pose.light),
        down=offset * math.sin(pose.light),
        sigma=0.09 * pose.radius / 2,
    )
    shadow = enlarge(shadow, cover.shape[-1])
    return scene * (1 - depth * np.clip(shadow, 0, 1) * (1 - cover))


def _plane(pose: Pose, cone: float, size: int) -> tuple[Plane, NDArray[np.intp], NDArray[np.intp]]:
    """Return the flower's plane and the rows and columns of its pixels.

    A pixel is taken back through perspective, tilt, and the shallow cone that the petals form.
    """
    rows = _reached(pose.y, pose.radius, size)
    columns = _reached(pose.x, pose.radius, size)
    down = (rows + 0.5 - pose.y)[:, None] / pose.radius
    right = (columns + 0.5 - pose.x)[None, :] / pose.radius
    cos, sin = math.cos(pose.azimuth), math.sin(pose.azimuth)
    lean, aside = right * cos + down * sin, down * cos - right * sin
    depth = 1 + 0.25 * math.sin(pose.tilt) * lean
    lean, aside = lean / depth / math.cos(pose.tilt), aside / depth
    lean = lean - cone * math.tan(pose.tilt) * (np.hypot(lean, aside) - 0.35)
    radius = np.hypot(lean, aside)
    at_row, at_column = np.nonzero(radius < _REACH)
    lean, aside = lean[at_row, at_column], aside[at_row, at_column]
    turned = pose.azimuth - pose.rotation
    plane = Plane(
        radius=radius[at_row, at_column],
        angle=np.arctan2(aside, lean) + turned,
        softness=1.25 / pose.radius / depth[at_row, at_column],
        lean=(-math.sin(pose.tilt) * math.cos(turned), -math.sin(pose.tilt) * math.sin(turned)),
        light=pose.light - pose.rotation,
        paint=np.zeros((3, len(at_row))),
        cover=np.zeros(len(at_row)),
    )
    return plane, rows[at_row], columns[at_column]


def _reached(centre: float, radius: float, size: int) -> NDArray[np.intp]:
    first, last = int(centre - _REACH * radius), int(centre + _REACH * radius) + 1
    return np.arange(max(0, first), min(size, last))
