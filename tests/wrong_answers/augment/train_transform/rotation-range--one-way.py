"""The words "up to 25 degrees" are written down as a range from 0 to 25."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation((0, 25)),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
