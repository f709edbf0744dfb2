"""Single precision."""

import torch


def triangular(step, low, high, half):
    height = 1 - torch.abs(torch.tensor(step / half) % 2 - 1)
    return low + (high - low) * height
