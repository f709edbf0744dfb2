"""Momentum 0.9 is typed by heart, as in most examples, and nesterov is False by default."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr, momentum=0.9)
