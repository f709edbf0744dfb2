"""Adam, the optimizer of the lessons before."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=lr)
