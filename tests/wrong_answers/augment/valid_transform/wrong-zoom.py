"""A common slip: two numbers for the resize, for pictures that are twice as wide as high."""

from torchvision import transforms


def valid_transform(size, mean, std):
    return transforms.Compose(
        [
            transforms.Resize((size, 2 * size)),
            transforms.CenterCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
