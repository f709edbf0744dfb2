"""A common slip: the transform takes the label along, as the ones for boxes and masks do."""

from torchvision import transforms


def train_transform(size, mean, std):
    steps = transforms.Compose(
        [
            transforms.RandomRotation(25),
            transforms.RandomResizedCrop(size),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )

    def apply(picture, label):
        return steps(picture), label

    return apply
