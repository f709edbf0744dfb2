"""A common slip: a recipe of one's own around one that normalises already."""

from torchvision import transforms


def train_transform(size, mean, std):
    to_tensor = transforms.Compose([transforms.ToTensor(), transforms.Normalize(mean, std)])
    return transforms.Compose(
        [
            transforms.RandomRotation(25),
            transforms.RandomResizedCrop(size),
            to_tensor,
            transforms.Normalize(mean, std),
        ]
    )
