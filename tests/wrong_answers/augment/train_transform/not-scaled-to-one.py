"""PILToTensor keeps whole numbers up to 255, and float() does not scale them."""

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
