"""Written as for NumPy's [H, W, 3], where three numbers line up with the last dimension."""

import torch


def unnormalise(images, mean, std):
    return (images * torch.tensor(std) + torch.tensor(mean)).clamp(0, 1)
