"""The two random steps have changed places."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.RandomRotation(25),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
