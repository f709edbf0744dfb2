"""The crop starts in the top left corner."""

from torchvision import transforms
from torchvision.transforms import functional as F


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        lambda picture: F.crop(picture, 0, 0, size, size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
