"""Pictures to learn from: the drawn herbarium, Flowers-102, or the learner's own photographs."""

from helpers.data.flora.splits import herbarium
from helpers.data.image_folder import image_folder
from helpers.data.pictures import Pictures, PictureSet, batches
from helpers.data.registry import load

__all__ = ["Pictures", "PictureSet", "batches", "herbarium", "image_folder", "load"]
