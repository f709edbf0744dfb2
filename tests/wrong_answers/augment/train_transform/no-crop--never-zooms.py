"""The words "a random crop" are looked up by name, and RandomCrop is found."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
