"""OpenCV's habit: blue first, while mean and std begin with red."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose([
        transforms.Resize(size),
        transforms.CenterCrop(size),
        transforms.ToTensor(),
        lambda tensor: tensor[[2, 1, 0]],
        transforms.Normalize(mean, std),
    ])
