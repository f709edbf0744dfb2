"""The crop is thought to be there for the size, and a Resize gives that without losing petals."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.Resize((size, size)),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
