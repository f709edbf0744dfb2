"""Version 2 of the transforms, on tensors, with a smooth interpolation and a grey filling."""

import torch
from torchvision.transforms import InterpolationMode, v2


def train_transform(size, mean, std):
    fill = [round(255 * value) for value in mean]
    return v2.Compose([
        v2.ToImage(),
        v2.RandomRotation((-25, 25), interpolation=InterpolationMode.BILINEAR, fill=fill),
        v2.RandomResizedCrop((size, size), antialias=True),
        v2.ToDtype(torch.float32, scale=True),
        v2.Normalize(mean=list(mean), std=list(std)),
    ])
