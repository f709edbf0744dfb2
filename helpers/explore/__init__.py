"""Widgets: augmentation, a head alone, which stages to train, which rate, your own photograph."""

from helpers.explore.augmenter import augmentation
from helpers.explore.decays import weight_decay
from helpers.explore.head_only import wall
from helpers.explore.heads import head
from helpers.explore.photographer import photo
from helpers.explore.progress_map import course_map
from helpers.explore.rates import learning_rate
from helpers.explore.schedules import schedule
from helpers.explore.stages import unfreezing

__all__ = [
    "augmentation",
    "course_map",
    "head",
    "learning_rate",
    "photo",
    "schedule",
    "unfreezing",
    "wall",
    "weight_decay",
]
