"""Leaves BatchNorm out, because it is thought to have statistics only."""

import torch
from torch import nn


def trainable_optimizer(model, lr):
    params = [
        p
        for module in model.modules()
        if not isinstance(module, nn.BatchNorm2d)
        for p in module.parameters(recurse=False)
        if p.requires_grad
    ]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
