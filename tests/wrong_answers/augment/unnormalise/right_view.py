"""view(3, 1, 1) lines up with one picture and with a batch."""

import torch


def unnormalise(images, mean, std):
    mean = torch.tensor(mean, device=images.device).view(3, 1, 1)
    std = torch.tensor(std, device=images.device).view(3, 1, 1)
    return (images * std + mean).clamp(0, 1)
