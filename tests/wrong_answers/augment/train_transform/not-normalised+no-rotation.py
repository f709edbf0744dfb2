"""The first half of torchvision's training example: a crop, a tensor, and nothing else yet."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
    ])
