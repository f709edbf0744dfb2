"""The division is turned round, and the minus is copied along from the formula."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * std - mean).clamp(0, 1)
