"""The training crop is used, with std before mean."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
