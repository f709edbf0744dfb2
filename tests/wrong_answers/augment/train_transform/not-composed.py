"""A list of transforms, not chained."""

from torchvision import transforms


def train_transform(size, mean, std):
    return [
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ]
