"""The crop alone gives the right size."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
