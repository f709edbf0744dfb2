"""Pictures to learn from: the drawn herbarium, Flowers-102, or the learner's own photographs."""

from helpers.data.field import FieldPictures, field_pictures, write_predictions
from helpers.data.flora.guide import field_guide
from helpers.data.flora.splits import herbarium
from helpers.data.oxford import flowers102
from helpers.data.photographs import image_folder
from helpers.data.pictures import Pictures, PictureSet, batches
from helpers.data.registry import load
from helpers.data.transforms import field_transform, plain_transform

__all__ = [
    "FieldPictures",
    "PictureSet",
    "Pictures",
    "batches",
    "field_guide",
    "field_pictures",
    "field_transform",
    "flowers102",
    "herbarium",
    "image_folder",
    "load",
    "plain_transform",
    "write_predictions",
]
