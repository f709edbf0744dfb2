"""Resize((size, size)) is the short way to a square, and flowers look fine a little squeezed."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize((size, size)),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
