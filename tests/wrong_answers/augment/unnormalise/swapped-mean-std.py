"""The two arguments in the wrong places: a common slip."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * mean + std).clamp(0, 1)
