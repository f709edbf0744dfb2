"""LBFGS cannot step without being given the loss."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.LBFGS([p for p in model.parameters() if p.requires_grad], lr=lr)
