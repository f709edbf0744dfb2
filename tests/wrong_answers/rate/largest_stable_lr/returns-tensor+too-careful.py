"""A torch habit without .item(), and the one half of the loss taken along."""

import torch


def largest_stable_lr(curvature):
    return 0.5 / torch.tensor(curvature, dtype=torch.float64)
