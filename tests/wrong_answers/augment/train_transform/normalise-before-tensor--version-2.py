"""Albumentations has Normalize before ToTensorV2; in version 2 of torchvision it comes last."""

import torch
from torchvision.transforms import v2


def train_transform(size, mean, std):
    return v2.Compose([
        v2.RandomRotation(25),
        v2.RandomResizedCrop(size),
        v2.Normalize(mean, std),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True),
    ])
