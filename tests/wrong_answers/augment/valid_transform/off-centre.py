"""F.crop wants a top and a left, and 0 and 0 come to mind first."""

from torchvision import transforms
from torchvision.transforms import functional as F


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        lambda picture: F.crop(picture, 0, 0, size, size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
