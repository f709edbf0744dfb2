"""SGD as it comes: its momentum is 0."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
