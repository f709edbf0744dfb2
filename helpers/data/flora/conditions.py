"""The circumstances a photograph is taken in: a calm garden, or out in the field."""

from __future__ import annotations

import math
from dataclasses import dataclass

Range = tuple[float, float]


@dataclass(frozen=True)
class Conditions:
    """What varies from one photograph to the next. Lengths are shares of the picture's side.

    Attributes:
        scale: radius of the flower, as a share of half the picture.
        shift: how far its centre may lie from the middle, either way.
        rotation: of the flower in the picture, either way, in radians.
        tilt: angle between the flower's axis and the line of sight, in radians.
        light: azimuth that the light comes from, in radians; -pi/2 is above.
        backdrops: names of what may lie behind.
        clutter: how many blades and leaves out of focus.
        blossoms: how many other flowers far behind.
        backdrop_blur: standard deviation, in pixels of a 128-pixel picture.
        occluded: probability of a blade in front of the flower.
        blade_width: widest half-width of that blade.
        dappled: probability of patchy shade.
        falloff: standard deviation of the change of light across the picture.
        white_balance: standard deviation of warm against cold.
        exposure: standard deviation, in stops.
        contrast: standard deviation of the slope of the tone curve.
        blur: standard deviation of the lens blur, in pixels of a 128-pixel picture.
        grain: standard deviation of the noise, in 1/255.
    """

    scale: Range
    shift: float
    rotation: float
    tilt: Range
    light: Range
    backdrops: tuple[str, ...]
    clutter: tuple[int, int]
    blossoms: tuple[int, int]
    backdrop_blur: Range
    occluded: float
    blade_width: float
    dappled: float
    falloff: float
    white_balance: float
    exposure: float
    contrast: float
    blur: Range
    grain: Range


GARDEN = Conditions(
    scale=(0.60, 0.86),
    shift=0.05,
    rotation=0.3,
    tilt=(0.0, 0.4),
    light=(-2.6, -0.6),
    backdrops=("meadow", "shade"),
    clutter=(10, 30),
    blossoms=(0, 4),
    backdrop_blur=(1.5, 4.5),
    occluded=0.10,
    blade_width=0.04,
    dappled=0.05,
    falloff=0.06,
    white_balance=0.03,
    exposure=0.12,
    contrast=0.06,
    blur=(0.0, 0.5),
    grain=(1.0, 4.0),
)

FIELD = Conditions(
    scale=(0.48, 0.98),
    shift=0.10,
    rotation=math.pi,
    tilt=(0.0, 0.75),
    light=(0.0, 2 * math.pi),
    backdrops=("meadow", "shade", "soil", "dry", "sky", "stone", "wood"),
    clutter=(10, 40),
    blossoms=(0, 6),
    backdrop_blur=(1.0, 4.5),
    occluded=0.35,
    blade_width=0.06,
    dappled=0.35,
    falloff=0.10,
    white_balance=0.06,
    exposure=0.25,
    contrast=0.10,
    blur=(0.0, 0.9),
    grain=(1.0, 6.0),
)
