"""Freezes all but the head, out of habit."""

import torch


def trainable_optimizer(model, lr):
    for child in list(model.children())[:-1]:
        child.requires_grad_(False)
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
