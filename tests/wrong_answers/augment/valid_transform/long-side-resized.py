"""The thumbnail: the long side becomes size, and the crop pads the rest."""

from torchvision import transforms
from torchvision.transforms import functional as F


def valid_transform(size, mean, std):
    def shrink(picture):
        scale = size / max(picture.size)
        width, height = (round(scale * side) for side in picture.size)
        return F.resize(picture, [height, width])

    return transforms.Compose([
        shrink,
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
