"""The angle and the crop are drawn when the transform is built, as with any other number."""

import random

from torchvision import transforms
from torchvision.transforms import functional as F


def train_transform(size, mean, std):
    angle, top, left = random.uniform(-25, 25), random.randint(0, 20), random.randint(0, 20)
    return transforms.Compose([
        lambda picture: F.rotate(picture, angle),
        lambda picture: F.resized_crop(picture, top, left, 40, 40, [size, size]),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
