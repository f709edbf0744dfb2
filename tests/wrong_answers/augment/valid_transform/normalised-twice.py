"""Normalize once in the base that both share, and once more at the end: a common slip."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
        transforms.Normalize(mean, std),
    ])
