"""Times mean, plus std: the arguments are used in the order in which they are named."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * mean + std).clamp(0, 1)
