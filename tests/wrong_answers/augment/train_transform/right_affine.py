"""RandomAffine turns as well; the edges are mirrored first, so that no corner stays empty."""

from torchvision import transforms
from torchvision.transforms import InterpolationMode


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.Pad(20, padding_mode="reflect"),
        transforms.RandomAffine(degrees=25, interpolation=InterpolationMode.BILINEAR),
        transforms.RandomResizedCrop(size, scale=(0.2, 1)),
        transforms.ToTensor(),
        transforms.Normalize(mean, std, inplace=True),
    ])
