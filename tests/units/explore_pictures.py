"""For the tests of the widgets: coloured discs that differ by hue; all that is in a widget."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.data import Pictures, PictureSet
from helpers.data.pictures import ArraySource

SIZE = 64
CLASSES = ("red", "yellow", "green", "blue")


def discs(count: int, seed: int, name: str) -> Pictures:
    """`count` pictures of each class, in the order of the classes."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIZE, :SIZE]
    made = []
    for label in range(len(CLASSES)):
        for _ in range(count):
            x, y, radius = rng.uniform(24, 40), rng.uniform(24, 40), rng.uniform(12, 20)
            inside = np.hypot(columns - x, rows - y) < radius
            colour = colorsys.hsv_to_rgb((0.02, 0.15, 0.36, 0.62)[label], 0.9, rng.uniform(0.7, 1))
            picture = rng.normal(0.45, 0.06, (SIZE, SIZE, 3))
            picture[inside] = np.asarray(colour) + rng.normal(0, 0.04, (int(inside.sum()), 3))
            made.append((picture.clip(0, 1) * 255).astype(np.uint8))
    labels = [label for label in range(len(CLASSES)) for _ in range(count)]
    return Pictures(ArraySource(np.stack(made), f"discs {count} {seed}"), labels, CLASSES, name)


def picture_set() -> PictureSet:
    """Three splits of discs."""
    train, valid = discs(8, 1, "train"), discs(8, 2, "valid")
    return PictureSet("discs", CLASSES, SIZE, train, valid, valid)


def everything_in(widget: Any) -> Iterator[Any]:
    """The widget, its children, and theirs."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything_in(child)


def assert_all_reachable(panel: widgets.Widget, count: int) -> None:
    """Every control has a label of its own and can be reached; no picture has a tooltip."""
    kinds = (
        widgets.SelectionSlider, widgets.IntSlider, widgets.FloatSlider, widgets.Dropdown,
        widgets.Checkbox, widgets.Button,
    )  # fmt: skip
    found = [x for x in everything_in(panel) if isinstance(x, kinds)]
    assert len(found) == len({each.description for each in found}) == count
    assert all(each.description.strip() and not each.disabled for each in found)
    assert all(each.tabbable is not False for each in found)
    images = [x for x in everything_in(panel) if isinstance(x, widgets.Image)]
    assert images and all(each.tooltip is None for each in images), "crashes ipywidgets 8.1.9"
