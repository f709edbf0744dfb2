"""AMSGrad, taken over from torch's source: the largest square so far is kept."""

import torch


def adam_step(weight, gradient, mean, square, step, lr, betas=(0.9, 0.999), eps=1e-8):
    b1, b2 = betas
    mean = b1 * mean + (1 - b1) * gradient
    square = torch.maximum(square, b2 * square + (1 - b2) * gradient**2)
    size = (square / (1 - b2**step)).sqrt()
    return weight - lr * mean / (1 - b1**step) / (size + eps), mean, square
