"""A list of steps is thought to be chained by whoever applies it."""

from torchvision import transforms


def train_transform(size, mean, std):
    return [
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ]
