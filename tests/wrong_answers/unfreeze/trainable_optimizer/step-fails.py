"""LBFGS is taken from torch's list of optimizers like any other; it wants a closure."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.LBFGS([p for p in model.parameters() if p.requires_grad], lr=lr)
