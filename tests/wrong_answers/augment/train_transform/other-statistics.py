"""A common slip: the statistics in the order of OpenCV's colours, blue first."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose(
        [
            transforms.RandomRotation(25),
            transforms.RandomResizedCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(mean[::-1], std[::-1]),
        ]
    )
