"""The validation transform is pasted where the training transform belongs."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        transforms.Normalize(mean, std),
    ])
