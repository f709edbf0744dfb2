"""Scaled back to 0 to 255, as in a file."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * std + mean).clamp(0, 1) * 255
