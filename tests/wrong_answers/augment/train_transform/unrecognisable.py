"""A common slip: 1 for the whole picture, as in a share, where the size in pixels is asked for."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose(
        [
            transforms.RandomRotation(25),
            transforms.RandomResizedCrop(1),
            transforms.Resize(size),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
