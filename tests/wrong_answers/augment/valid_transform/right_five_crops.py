"""FiveCrop gives the middle last; nearest pixels."""

from torchvision import transforms
from torchvision.transforms import InterpolationMode


def valid_transform(side, mu, sigma):
    return transforms.Compose([
        transforms.Resize([side], interpolation=InterpolationMode.NEAREST),
        transforms.FiveCrop(side),
        transforms.Lambda(lambda crops: crops[4]),
        transforms.ToTensor(),
        transforms.Normalize(mu, sigma),
    ])
