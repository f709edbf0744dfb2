"""Lesson 01, augmentation: one module an exercise."""

from helpers.checks.augment.affinity import Affinity
from helpers.checks.augment.train_transform import TrainTransform
from helpers.checks.augment.try_one_at_a_time import TryOneAtATime
from helpers.checks.augment.unnormalise import Unnormalise
from helpers.checks.augment.valid_transform import ValidTransform
from helpers.checks.core import Exercise

EXERCISES: tuple[Exercise, ...] = (
    TrainTransform(),
    ValidTransform(),
    Unnormalise(),
    TryOneAtATime(),
    Affinity(),
)
