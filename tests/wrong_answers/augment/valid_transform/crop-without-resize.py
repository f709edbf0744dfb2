"""CenterCrop(size) gives the right size, so a Resize before it is thought to be idle."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
