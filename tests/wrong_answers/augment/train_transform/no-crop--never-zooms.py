"""RandomCrop instead of RandomResizedCrop: pieces of one size."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
