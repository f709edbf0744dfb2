"""Lesson 00, the wall: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.wall.accuracy import Accuracy
from helpers.checks.wall.class_weights import ClassWeights
from helpers.checks.wall.evaluate import Evaluate
from helpers.checks.wall.seed_everything import SeedEverything

EXERCISES: tuple[Exercise, ...] = (Accuracy(), Evaluate(), SeedEverything(), ClassWeights())
