"""Lesson 02, selective unfreezing: one module an exercise."""

from helpers.checks.core import Exercise
from helpers.checks.unfreeze.discriminative_groups import DiscriminativeGroups
from helpers.checks.unfreeze.freeze_batchnorm import FreezeBatchNorm
from helpers.checks.unfreeze.layer_names import LayerNames
from helpers.checks.unfreeze.set_trainable import SetTrainable
from helpers.checks.unfreeze.trainable_optimizer import TrainableOptimizer
from helpers.checks.unfreeze.unfreeze_next import UnfreezeNext

EXERCISES: tuple[Exercise, ...] = (
    LayerNames(),
    SetTrainable(),
    TrainableOptimizer(),
    FreezeBatchNorm(),
    DiscriminativeGroups(),
    UnfreezeNext(),
)
