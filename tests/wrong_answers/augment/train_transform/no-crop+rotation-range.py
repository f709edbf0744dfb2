"""A range is written from 0, and the crop is thought to be there for the size alone."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation((0, 25)),
        transforms.Resize((size, size)),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
