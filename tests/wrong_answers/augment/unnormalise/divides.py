"""Undoing is taken for a change of sign: the minus becomes a plus, the division stays."""

import torch


def unnormalise(images, mean, std):
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))
    return (images / std + mean).clamp(0, 1)
