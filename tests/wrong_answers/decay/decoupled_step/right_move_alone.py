"""Adam's move from nowhere, added to what is left of the weight."""

import torch

from helpers import training


def decoupled_step(w, g, m, v, t, lr, wd, betas=(0.9, 0.999), eps=1e-8, **unused):
    move, *memory = training.adam_step(torch.zeros_like(w), g, m, v, t, lr, betas, eps)
    return torch.lerp(w, torch.zeros_like(w), lr * wd) + move, *memory
