"""Pictures are made square before anything else, as many tutorials have it."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize((2 * size, 2 * size)),
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
