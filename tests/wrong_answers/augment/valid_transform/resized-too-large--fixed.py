"""Resize(256) is copied from the ImageNet recipe, and only the crop gets the argument."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(256),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
