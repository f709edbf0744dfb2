"""Version 2, on tensors, another interpolation."""

import torch
from torchvision.transforms import InterpolationMode, v2


def valid_transform(size, mean, std):
    return v2.Compose([
        v2.ToImage(),
        v2.Resize(size, interpolation=InterpolationMode.BICUBIC, antialias=True),
        v2.CenterCrop(size),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean, std),
    ])
