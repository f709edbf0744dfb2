"""Lesson 07, past the wall: two functions, and four steps of one file of predictions."""

from helpers.checks.core import Exercise
from helpers.checks.past.field_steps import field_steps
from helpers.checks.past.most_confused import MostConfused
from helpers.checks.past.predict import Predict

EXERCISES: tuple[Exercise, ...] = (Predict(), MostConfused(), *field_steps())
