"""RandomResizedCrop comes first, as in the ImageNet example, and the rotation is put after it."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.RandomRotation(25),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
