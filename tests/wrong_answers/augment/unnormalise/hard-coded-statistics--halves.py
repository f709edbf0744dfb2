"""img / 2 + 0.5 of PyTorch's CIFAR-10 tutorial, which normalises with 0.5 and 0.5."""


def unnormalise(images, mean, std):
    return (images / 2 + 0.5).clamp(0, 1)
