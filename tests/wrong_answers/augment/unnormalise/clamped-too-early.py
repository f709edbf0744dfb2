"""Clamped first, so that nothing can go wrong later."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return images.clamp(0, 1) * std + mean
