"""Momentum is taken for a share of the old step, and half seems fair; of Nesterov, no word."""

import torch


def trainable_optimizer(model, lr):
    learning = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(learning, lr=lr, momentum=0.5)
