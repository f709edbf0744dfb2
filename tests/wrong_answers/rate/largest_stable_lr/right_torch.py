"""A tensor on the way, a number at the end."""

import torch


def largest_stable_lr(curvature):
    return (2 / torch.tensor(curvature, dtype=torch.float64)).item()
