"""The slope of the penalty comes from autograd."""

import torch

from helpers import training


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    w = weight.clone().requires_grad_(True)
    with torch.enable_grad():
        penalty = weight_decay / 2 * (w**2).sum()
    (slope,) = torch.autograd.grad(penalty, w)
    return training.adam_step(weight, gradient + slope, mean, square, step, lr, betas, eps)
