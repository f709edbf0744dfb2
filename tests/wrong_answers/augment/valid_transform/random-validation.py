"""One data set with one transform is split in two, so validation gets the training crop."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
