"""Arrays of NumPy, which share no memory with what was given."""

import numpy as np
import torch


def l2_step(weight, gradient, mean, square, step, lr, weight_decay, betas=(0.9, 0.999), eps=1e-8):
    w, g, m, s = (np.array(tensor) for tensor in (weight, gradient, mean, square))
    g += weight_decay * w
    m += (1 - betas[0]) * (g - m)
    s += (1 - betas[1]) * (g * g - s)
    w -= lr * m / (1 - betas[0] ** step) / (np.sqrt(s / (1 - betas[1] ** step)) + eps)
    return tuple(map(torch.from_numpy, (w, m, s)))
