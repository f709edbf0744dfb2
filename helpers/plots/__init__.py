"""The figures of the lessons: each a `Drawing` with units, direct labels and a text alternative."""

from helpers.plots.measures import bars, climb, confusion, lines, training_curves
from helpers.plots.pictures import contact_sheet, look_alikes, views

__all__ = [
    "bars",
    "climb",
    "confusion",
    "contact_sheet",
    "lines",
    "look_alikes",
    "training_curves",
    "views",
]
