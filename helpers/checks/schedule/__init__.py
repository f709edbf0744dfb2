"""Lesson 04, schedules and optimizers: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.schedule.adam_step import AdamStep
from helpers.checks.schedule.cosine_restarts import CosineRestarts
from helpers.checks.schedule.momentum_correction import MomentumCorrection
from helpers.checks.schedule.one_cycle import OneCycle
from helpers.checks.schedule.sgd_step import SgdStep
from helpers.checks.schedule.step_decay import StepDecay
from helpers.checks.schedule.steps_in_order import StepsInOrder
from helpers.checks.schedule.triangular import Triangular

EXERCISES: tuple[Exercise, ...] = (
    SgdStep(),
    AdamStep(),
    StepDecay(),
    CosineRestarts(),
    Triangular(),
    OneCycle(),
    MomentumCorrection(),
    StepsInOrder(),
)
