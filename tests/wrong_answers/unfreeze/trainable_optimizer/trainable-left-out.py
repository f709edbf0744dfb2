"""Parameters with more than one dimension: the rest is thought not to matter."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad and p.dim() > 1]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
