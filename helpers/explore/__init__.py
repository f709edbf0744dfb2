"""Widgets to play with: augmentation, a head alone, which stages to train, which rate is right."""

from helpers.explore.augmenter import augmentation
from helpers.explore.head_only import wall
from helpers.explore.rates import learning_rate
from helpers.explore.stages import unfreezing

__all__ = ["augmentation", "learning_rate", "unfreezing", "wall"]
