"""The field guide: a page with a plate of every species and the trait to tell it by."""

from __future__ import annotations

import functools
import math
import textwrap
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from helpers.data.flora import foliage
from helpers.data.flora.raster import TAU, Array, column, mix, shrink
from helpers.data.flora.scene import Pose, cast_shadow, flower_layer
from helpers.data.flora.species import SPECIES, Genus, Species
from helpers.figures import Drawing, new_grid, picture_axes

PLATE = 224  # side of a plate in pixels
_PAPER = np.array([0.984, 0.969, 0.929])
_INK, _FADED, _RULE = "#33291F", "#7A6A55", "#C9B896"
_SERIF = "DejaVu Serif"
_FINER = 2  # drawn at this multiple of the size, then averaged
_ROWS = (("Astrella", "Papalia"), ("Cyanthe", "Lirion"), ("Quinella", "Velia"))


def field_guide() -> Drawing:
    """Return a page with every species of the herbarium, grouped by genus.

    Each plate shows a flower upright in even light; below it stand its name and the one trait that
    tells it from its relatives.
    """
    figure, axes = new_grid(13.2, 10.6, 3, 6, dpi=100)
    figure.set_layout_engine("none")
    figure.set_facecolor(tuple(_PAPER))
    figure.text(0.5, 0.968, "A field guide to the herbarium", **_font(21), ha="center")
    subtitle = "sixteen species in six genera; relatives differ in a single trait"
    figure.text(0.5, 0.943, subtitle, **_font(10.5, colour=_FADED, style="italic"), ha="center")
    for row, names in enumerate(_ROWS):
        for side, name in enumerate(names):
            members = [species for species in SPECIES if species.genus.name == name]
            spare = axes[row][3 * side : 3 * side + 3]
            _genus_group(figure, spare, members, left=0.03 + 0.485 * side, top=0.925 - 0.308 * row)
    return Drawing(figure, _in_words())


@functools.lru_cache(maxsize=32)
def plate(species: Species, size: int = PLATE) -> Image.Image:
    """Return a species drawn for a book: upright, evenly lit, on plain paper, RGB size x size."""
    fine = size * _FINER
    rng = np.random.default_rng(2018)
    pose = Pose(
        x=fine / 2,
        y=0.40 * fine,
        radius=0.35 * fine,
        rotation=0.0,
        tilt=0.22,
        azimuth=TAU / 4,
        light=-0.66 * math.pi,
    )
    page = np.repeat(np.repeat(column(_PAPER), fine, axis=1), fine, axis=2)
    page = _fade_out(page, _stem_and_leaves(page, pose))
    flower, cover = flower_layer(species, pose, rng, fine)
    page = mix(cast_shadow(page, cover, pose, depth=0.28), flower, cover)
    pixels = np.clip(shrink(page, _FINER), 0, 1) * 255
    return Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8).transpose(1, 2, 0)))


def _stem_and_leaves(page: Array, pose: Pose) -> Array:
    radius, hue = pose.radius, 100.0
    foot = pose.x + 0.06 * radius
    page = foliage.add_stem(page, hue, (pose.x, pose.y), foot, -0.03 * radius, 0.075 * radius)
    for angle, y, length in ((0.99 * math.pi, 1.30, 0.86), (0.03 * math.pi, 1.22, 0.98)):
        leaf = foliage.Leaf(
            x=pose.x,
            y=pose.y + y * radius,
            angle=angle + math.pi * (0.10 if angle > 1 else -0.10),
            length=length * radius,
            width=0.17 * radius,
            bend=-0.5 if angle > 1 else 0.5,
        )
        page = foliage.add_leaf(page, leaf, hue, 0.52)
    return page


def _fade_out(paper: Array, drawn: Array) -> Array:
    """Let the foot of the stem run out into the paper, as a brush does."""
    size = drawn.shape[-1]
    down = (np.arange(size, dtype=np.float64) / size)[:, None]
    return mix(paper, drawn, np.clip((0.99 - down) / 0.07, 0, 1))


def _genus_group(
    figure: Figure, axes: list[Axes], members: list[Species], left: float, top: float
) -> None:
    """Lay out one genus: a heading over a rule, then its plates side by side."""
    width, height = 0.455, 0.308
    genus: Genus = members[0].genus
    figure.text(left, top - 0.016, genus.name, **_font(14, weight="bold"))
    note = f"{genus.english}, {genus.family}"
    figure.text(left + width, top - 0.016, note, **_font(9.5, _FADED, style="italic"), ha="right")
    figure.add_artist(_rule(left, left + width, top - 0.024))
    cell = width / 3
    first = left + (width - cell * len(members)) / 2
    for place, axis in enumerate(axes):
        if place >= len(members):
            axis.remove()
            continue
        species = members[place]
        axis.set_position((first + cell * place, top - 0.03 - 0.182, cell, 0.182))
        picture_axes(axis).imshow(np.asarray(plate(species)), interpolation="lanczos")
        axis.set_facecolor("none")
        middle = first + cell * (place + 0.5)
        base = top - height + 0.078
        figure.text(middle, base, species.name, **_font(11, style="italic"), ha="center")
        figure.text(middle, base - 0.017, species.english, **_font(8.5, _FADED), ha="center")
        trait = "\n".join(textwrap.wrap(species.trait, 27))
        figure.text(middle, base - 0.025, trait, **_font(8), ha="center", va="top", linespacing=1.3)


def _rule(left: float, right: float, y: float) -> Artist:
    return Line2D([left, right], [y, y], color=_RULE, linewidth=0.9)


def _font(
    size: float, colour: str = _INK, style: str = "normal", weight: str = "normal"
) -> dict[str, Any]:
    return {"family": _SERIF, "size": size, "color": colour, "style": style, "weight": weight}


def _in_words() -> str:
    entries = (f"{at.name}, {at.english}: {at.trait}" for at in SPECIES)
    return "A field guide to the sixteen species of the herbarium. " + " ".join(entries)
