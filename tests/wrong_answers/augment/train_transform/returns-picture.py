"""Augmenting is taken for changing pictures; tensor and normalising seem to come later."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
    ])
