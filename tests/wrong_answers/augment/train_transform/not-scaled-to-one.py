"""ToTensor is deprecated in version 2; its replacement is written without scale=True."""

import torch
from torchvision.transforms import v2


def train_transform(size, mean, std):
    return v2.Compose([
        v2.RandomRotation(25),
        v2.RandomResizedCrop(size),
        v2.PILToTensor(),
        v2.ToDtype(torch.float32),
        v2.Normalize(mean, std),
    ])
