"""PIL and NumPy: the middle square first, then resized; the same pixels."""

import numpy as np
import torch
from PIL import Image


def valid_transform(size, mean, std):
    def transform(picture):
        width, height = picture.size
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        box = (left, top, left + side, top + side)
        square = picture.resize((size, size), Image.Resampling.BILINEAR, box=box)
        values = (np.asarray(square) / 255 - np.array(mean)) / np.array(std)
        return torch.from_numpy(values).permute(2, 0, 1).float()

    return transform
