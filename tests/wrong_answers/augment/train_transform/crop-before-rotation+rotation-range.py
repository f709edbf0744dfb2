"""Steps in the order they came to mind, with the half turn of an example for satellites."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.RandomRotation(90),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
