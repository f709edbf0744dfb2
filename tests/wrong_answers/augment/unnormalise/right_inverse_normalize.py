"""Normalize with the inverse numbers."""

from torchvision import transforms


def unnormalise(batch, mean, std, low=0, high=1):
    backwards = transforms.Normalize(
        [-m / s for m, s in zip(mean, std, strict=True)], [1 / s for s in std]
    )
    return backwards(batch).clip(low, high)
