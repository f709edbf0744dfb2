"""Widgets to play with: what augmentation does, how far two sliders get, which rate is right."""

from helpers.explore.augmenter import augmentation
from helpers.explore.head_only import wall
from helpers.explore.rates import learning_rate

__all__ = ["augmentation", "learning_rate", "wall"]
