"""The figures of the lessons: each a `Drawing` with units, direct labels and a text alternative."""

from helpers.plots.maps import feature_maps
from helpers.plots.measures import bars, climb, confusion, lines, training_curves
from helpers.plots.panels import courses, sweeps
from helpers.plots.pictures import contact_sheet, look_alikes, views
from helpers.plots.rates import descents, range_test, range_tests, schedules
from helpers.plots.valleys import valley

__all__ = [
    "bars",
    "climb",
    "confusion",
    "contact_sheet",
    "courses",
    "descents",
    "feature_maps",
    "lines",
    "look_alikes",
    "range_test",
    "range_tests",
    "schedules",
    "sweeps",
    "training_curves",
    "valley",
    "views",
]
