"""Tensors in single precision, and one setting more."""

import torch


def momentum_correction(lr, old, new, dampening=0.0):
    rate, *missing = torch.tensor([lr, 1 - old, 1 - new])
    return rate * missing[1] / missing[0] / (1 - dampening)
