"""Numbers are made tensors all over the course, so the curvature becomes one and stays it."""

import torch


def largest_stable_lr(curvature):
    return 2 / torch.tensor(curvature, dtype=torch.float64)
