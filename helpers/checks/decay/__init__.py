"""Lesson 06, weight decay: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.decay.decay_groups import DecayGroups
from helpers.checks.decay.decoupled_step import DecoupledStep
from helpers.checks.decay.l2_step import L2Step
from helpers.checks.decay.sweep import Sweep
from helpers.checks.decay.weight_norms import WeightNorms

EXERCISES: tuple[Exercise, ...] = (
    L2Step(),
    DecoupledStep(),
    DecayGroups(),
    Sweep(),
    WeightNorms(),
)
