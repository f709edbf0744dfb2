"""Widgets to play with: what augmentation does, and how far two sliders get."""

from helpers.explore.augmenter import augmentation
from helpers.explore.head_only import wall

__all__ = ["augmentation", "wall"]
