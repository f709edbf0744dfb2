"""45 degrees from another tutorial, and std before mean."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(45),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
