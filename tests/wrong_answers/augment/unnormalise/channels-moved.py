"""Moved to [H, W, 3] for matplotlib right away."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images * std + mean).clamp(0, 1).movedim(-3, -1)
