"""Normalising is thought of as a change to the picture, like the two steps before it."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.Normalize(mean, std),
        transforms.ToTensor(),
    ])
