"""Version 2 on PIL pictures, expanded canvas, gentle zoom, double precision."""

import torch
from torchvision.transforms import v2


def train_transform(size, mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)):
    return v2.Compose([
        v2.RandomRotation(25, expand=True),
        v2.RandomResizedCrop(size, scale=(0.4, 1.0)),
        v2.PILToTensor(),
        v2.ToDtype(torch.float64, scale=True),
        v2.Normalize(mean, std),
    ])
