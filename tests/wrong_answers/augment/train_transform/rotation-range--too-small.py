"""10 degrees, the default of fastai's aug_transforms."""

from torchvision.transforms import v2


def train_transform(size, mean, std):
    return v2.Compose([
        v2.RandomRotation(10),
        v2.RandomResizedCrop(size),
        v2.ToTensor(),
        v2.Normalize(mean, std),
    ])
