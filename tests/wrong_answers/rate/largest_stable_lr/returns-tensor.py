"""Computed with torch, and left there."""

import torch


def largest_stable_lr(curvature):
    return 2 / torch.tensor(curvature, dtype=torch.float64)
