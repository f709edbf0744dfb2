"""Both are lists of three numbers, so nothing complains when std is handed over first."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
