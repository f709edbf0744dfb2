"""Lesson 03, the learning rate: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.rate.descend import Descend
from helpers.checks.rate.largest_stable_lr import LargestStableLr
from helpers.checks.rate.lr_at import LrAt
from helpers.checks.rate.range_test import RangeTest
from helpers.checks.rate.smooth import Smooth
from helpers.checks.rate.suggest_lr import SuggestLr

EXERCISES: tuple[Exercise, ...] = (
    Descend(),
    LargestStableLr(),
    LrAt(),
    Smooth(),
    RangeTest(),
    SuggestLr(),
)
