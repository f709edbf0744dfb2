"""Petals and flower centres, painted onto the plane of the flower.

In that plane the flower has radius 1. Every pixel is folded into the sector of its petal and looks
at that petal and its two neighbours only, so that twenty-one petals cost as much as four.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from helpers.data.flora.raster import RAMP_STEPS, TAU, Array, bump, look_up, mix, ramp

Stops = tuple[tuple[float, Array], ...]
Indices = NDArray[np.intp]


@dataclass
class Plane:
    """The pixels that may belong to the flower, seen in the flower's own plane.

    Attributes:
        radius: distance from the middle [M]; petals end near 1.
        angle: in radians [M].
        softness: width of a pixel [M], for edges without steps.
        lean: where the top of a dome appears, because of the tilt.
        light: azimuth that the light comes from, in this plane.
        paint: colours so far [3, M].
        cover: how much of each pixel is flower [M].
    """

    radius: Array
    angle: Array
    softness: Array
    lean: tuple[float, float]
    light: float
    paint: Array
    cover: Array


@dataclass(frozen=True)
class Whorl:
    """A ring of equal petals. The outline of a petal is t**rise * (1 - t)**fall.

    Attributes:
        petals: how many.
        colours: from the base (0) to the tip (1).
        length: of a petal.
        width: half of its widest part.
        rise: small for a petal that is broad from the base on.
        fall: small for a blunt tip, large for a pointed one.
        notch: depth of the cut in the tip.
        teeth: depth of a wavy margin.
        twist: how far the tips turn against the bases, in radians.
        phase: angle of the first petal.
        stripe: colour of lines from the base to the tip, or None.
        stripe_width: of each line.
        stripes: their angles from the midrib.
        spots: colour of the spots, or None.
        veins: depth of the fine lines along the petal.
        cup: how much the petal is hollowed, seen in its light and shade.
        silk: depth of the crumpled sheen of a poppy.
        brightness: below 1 for a whorl that lies in the shade of another.
        alone: a single petal that has no neighbours.
    """

    petals: int
    colours: Stops
    length: float = 1.0
    width: float = 0.3
    rise: float = 0.8
    fall: float = 0.5
    notch: float = 0.0
    teeth: float = 0.0
    twist: float = 0.0
    phase: float = 0.0
    stripe: Array | None = None
    stripe_width: float = 0.03
    stripes: tuple[float, ...] = (0.0,)
    spots: Array | None = None
    veins: float = 0.12
    cup: float = 0.5
    silk: float = 0.0
    brightness: float = 1.0
    alone: bool = False


@dataclass(frozen=True)
class Centre:
    """The middle of a flower: a dome, and perhaps rings of stamens around it.

    Attributes:
        radius: of the dome and of the stamens around it.
        colours: of the dome, from its middle to its rim.
        dome: share of the radius that the dome takes.
        florets: whether the dome is a head of tiny florets in spirals.
        height: how far it stands above the petals.
        stamens: how many.
        anther: colour of their heads.
        filament: colour of their threads.
        anther_size: radius of a head.
    """

    radius: float
    colours: Stops
    dome: float = 1.0
    florets: bool = False
    height: float = 0.12
    stamens: int = 0
    anther: Array = field(default_factory=lambda: np.array([0.95, 0.8, 0.3]))
    filament: Array = field(default_factory=lambda: np.array([0.95, 0.95, 0.8]))
    anther_size: float = 0.045


@dataclass(frozen=True)
class _Jitter:
    """How the petals of one flower differ from each other; arrays [petals]."""

    turn: Array
    shrink: Array
    brightness: Array
    toward: Array  # cosine of the angle between petal and light
    aside: Array  # sine of it

    @classmethod
    def drawn(cls, whorl: Whorl, rng: np.random.Generator, light: float) -> _Jitter:
        count, step = whorl.petals, TAU / whorl.petals
        length = whorl.length * np.clip(1 + rng.normal(0, 0.035, count), 0.9, 1.1)
        angle = whorl.phase + step * np.arange(count) - light
        turn = rng.normal(0, 0.06 * min(step, 0.8), count)
        brightness = whorl.brightness * (1 + rng.normal(0, 0.05, count))
        return cls(turn, 1 / length, brightness, np.cos(angle), -np.sin(angle))


@dataclass(frozen=True)
class _Petal:
    """The pixels near one petal of each sector; arrays [K]."""

    along: Array
    across: Array
    place: Array  # 0 at the base, 1 at the tip
    side: Array  # -1 and 1 at the margins
    inside: Array  # how far the margin is to the side, positive within
    edge: Array  # how far the margin is in any direction
    toward: Array
    aside: Array
    brightness: Array


def paint_whorl(plane: Plane, whorl: Whorl, rng: np.random.Generator) -> None:
    """Paint a ring of petals over what `plane` shows so far."""
    jitter = _Jitter.drawn(whorl, rng, plane.light)
    step = TAU / whorl.petals
    outline = _outline(whorl)
    table = ramp(whorl.colours)
    sector = (plane.angle - whorl.phase - whorl.twist * plane.radius) / step
    nearest = np.rint(sector)
    for neighbour in (0,) if whorl.alone else (-1, 0, 1):
        which = (nearest + neighbour).astype(np.intp) % whorl.petals
        angle = (sector - nearest - neighbour) * step - jitter.turn[which]
        found, petal = _locate(plane, whorl, jitter, outline, which, angle)
        if len(found) == 0:
            continue
        share = np.clip(petal.edge / plane.softness[found] + 0.5, 0, 1)
        shadow = np.clip(petal.inside / 0.09 + 1, 0, 1) * (1 - share)
        below = plane.paint[:, found] * (1 - 0.45 * shadow)
        colour = _petal_colour(whorl, petal, look_up(table, petal.place))
        plane.paint[:, found] = mix(below, colour, share)
        plane.cover[found] = np.maximum(plane.cover[found], share)


def _outline(whorl: Whorl) -> tuple[Array, Array]:
    """Return the half-width of a petal at 256 places from base to tip, and its slope."""
    place = np.linspace(0, 1, RAMP_STEPS)
    shape = place**whorl.rise * (1 - place) ** whorl.fall
    width = whorl.width * shape / shape.max()
    return width, np.gradient(width, place)


def _locate(
    plane: Plane,
    whorl: Whorl,
    jitter: _Jitter,
    outline: tuple[Array, Array],
    which: Indices,
    angle: Array,
) -> tuple[Indices, _Petal]:
    """Return the indices of the pixels near a petal, and where on it they lie."""
    # sin(a) >= a * 2 / pi below a right angle: this drops most pixels before any sine is taken.
    reached = (plane.radius * np.abs(angle) < 1.25 * whorl.width * TAU / 4) & (
        np.abs(angle) < TAU / 4
    )
    candidates = np.nonzero(reached)[0]
    which, angle, radius = which[candidates], angle[candidates], plane.radius[candidates]
    along, across = radius * np.cos(angle), radius * np.sin(angle)
    place = along * jitter.shrink[which]
    if whorl.notch:
        place = place / (1 - whorl.notch * bump(across, 0, 0.35 * whorl.width))
    if whorl.teeth:
        wave = np.cos(across * (1.2 * TAU / whorl.width) + 5 * jitter.toward[which])
        place = place * (1 + whorl.teeth * wave)
    near = (place > 0.004) & (place < 1.03) & (np.abs(across) < 1.25 * whorl.width)
    kept = np.nonzero(near)[0]
    along, across, place, which = along[kept], across[kept], place[kept], which[kept]
    step = np.minimum(place * (RAMP_STEPS - 1), RAMP_STEPS - 1).astype(np.intp)
    slope = outline[1][step]
    width = outline[0][step] + np.maximum(place - 1, 0) * slope
    inside = width - np.abs(across)
    shrink = jitter.shrink[which]
    edge = np.minimum(inside / np.sqrt(1 + (slope * shrink) ** 2), (1 - place) / shrink)
    return candidates[kept], _Petal(
        along=along,
        across=across,
        place=place,
        side=np.clip(across / np.maximum(width, 1e-3), -1, 1),
        inside=inside,
        edge=edge,
        toward=jitter.toward[which],
        aside=jitter.aside[which],
        brightness=jitter.brightness[which],
    )


def _petal_colour(whorl: Whorl, petal: _Petal, colour: Array) -> Array:
    """Return the colour [3, K] of a petal: pigment, markings, then light and shade."""
    if whorl.stripe is not None:
        for angle in whorl.stripes:
            line = bump(petal.across - angle * petal.along, 0, whorl.stripe_width)
            ends = np.clip((0.97 - petal.place) * 6, 0, 1) * np.clip(petal.place * 6, 0, 1)
            fade = ends if angle == 0 else ends * np.clip(2.2 - 3.2 * petal.place, 0, 1)
            colour = mix(colour, whorl.stripe[:, None], line * fade)
    if whorl.spots is not None:
        grid = np.cos(petal.along * 44 + 3 * petal.toward)
        grid = grid * np.cos(petal.across * 52 + 5 * petal.aside)
        zone = np.clip(1 - np.abs(petal.place - 0.38) / 0.3, 0, 0.35) / 0.35
        colour = mix(colour, whorl.spots[:, None], np.clip((grid - 0.45) * 4, 0, 1) * zone)
    return np.clip(colour * _petal_light(whorl, petal), 0, 1.1)


def _petal_light(whorl: Whorl, petal: _Petal) -> Array:
    """Return how bright each pixel [K] of a petal is."""
    side, place = petal.side, petal.place
    hollow = 0.45 * side * petal.aside + 0.5 * (place - 0.45) * petal.toward
    light = 1 + whorl.cup * hollow - 0.10 * side * side
    veins = (0.5 + 0.5 * np.cos(2.5 * TAU * side)) ** 3
    light -= whorl.veins * veins * np.clip(1.15 - place, 0, 1)
    # A petal is thin: its margin lets light through, and its shoulder catches a soft sheen.
    light += 0.05 * np.clip((np.abs(side) - 0.72) / 0.2, 0, 1)
    light += 0.06 * bump(side, 0, 0.45) * bump(place, 0.68, 0.2) * (1 + petal.toward)
    if whorl.silk:
        folds = np.cos(7 * side + 4 * petal.toward) * np.cos(9 * place + 6 * petal.aside)
        light += whorl.silk * folds * place
    return petal.brightness * light


def paint_centre(plane: Plane, centre: Centre, rng: np.random.Generator) -> None:
    """Paint the middle of the flower over its petals."""
    size = centre.radius * (1 + rng.normal(0, 0.04))
    across = plane.radius * np.cos(plane.angle) - plane.lean[0] * centre.height
    down = plane.radius * np.sin(plane.angle) - plane.lean[1] * centre.height
    found = np.nonzero(across**2 + down**2 < (1.7 * size) ** 2)[0]
    if len(found) == 0:
        return
    across, down, softness = across[found], down[found], plane.softness[found]
    radius, angle = np.hypot(across, down), np.arctan2(down, across)
    lit = (across * math.cos(plane.light) + down * math.sin(plane.light)) / size
    paint = plane.paint[:, found]
    contact = np.clip(1.5 - radius / size, 0, 0.5) * 0.9
    paint = paint * (1 - 0.75 * contact)
    colour = look_up(ramp(centre.colours), radius / size)
    if centre.florets:
        colour = colour * _florets(radius, angle, size, lit)
        paint = mix(paint, colour, _disc(size, radius, softness))
    else:
        dome = _disc(size * centre.dome, radius, softness)
        paint = mix(paint, colour * (1 + 0.35 * lit), dome)
    for ring in range(0 if not centre.stamens else 2 if centre.stamens > 9 else 1):
        paint = _paint_stamens(paint, centre, rng, size, ring, radius, angle, softness)
    plane.paint[:, found] = paint
    rim = np.clip((size - radius) / softness + 0.5, 0, 1) * 0.999
    plane.cover[found] = np.maximum(plane.cover[found], rim)


def _disc(size: float, radius: Array, softness: Array) -> Array:
    return np.clip((size - radius) / softness + 0.5, 0, 1)


def _florets(radius: Array, angle: Array, size: float, lit: Array) -> Array:
    """Return the brightness of a head of florets: 13 spirals one way, 8 the other."""
    turns = np.sqrt(radius / 0.3)
    grains = np.cos(13 * angle + 26 * turns) * np.cos(8 * angle - 30 * turns)
    return (1 + 0.35 * lit) * (1 + 0.28 * grains) * (1 - 0.25 * (radius / size) ** 6)


def _paint_stamens(
    paint: Array,
    centre: Centre,
    rng: np.random.Generator,
    size: float,
    ring: int,
    radius: Array,
    angle: Array,
    softness: Array,
) -> Array:
    """Paint one ring of threads with heads at their ends."""
    count, step = centre.stamens, TAU / centre.stamens
    reach = size * (1.25 - 0.38 * ring)
    sector = angle / step + 0.5 * ring
    nearest = np.rint(sector)
    which = nearest.astype(np.intp) % count
    turn, stretch = rng.normal(0, 0.12, count)[which], rng.normal(0, 0.07 * size, count)[which]
    bend = (sector - nearest - turn) * step
    along, across = radius * np.cos(bend), radius * np.sin(bend)
    end = reach + stretch
    thread = np.clip((0.011 - np.abs(across)) / softness + 0.5, 0, 1)
    thread = thread * (along < end) * (along > 0.2 * size)
    paint = mix(paint, centre.filament[:, None], 0.75 * thread)
    distance = np.hypot((along - end) / 1.3, across)
    head = np.clip((centre.anther_size - distance) / softness + 0.5, 0, 1)
    lit = 1 - 3 * np.clip(across, -0.04, 0.04)
    return mix(paint, centre.anther[:, None] * lit, head)
