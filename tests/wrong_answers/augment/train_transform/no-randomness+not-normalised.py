"""The two steps without which a DataLoader fails, as a first try."""

from torchvision import transforms


def train_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize((size, size)),
        transforms.ToTensor(),
    ])
