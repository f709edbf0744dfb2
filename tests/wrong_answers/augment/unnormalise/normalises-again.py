"""transforms.Normalize(mean, std) is taken for its own inverse."""

from torchvision import transforms


def unnormalise(images, mean, std):
    return transforms.Normalize(mean, std)(images).clamp(0, 1)
