"""Divided by 10 because the weights are pretrained."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr / 10, momentum=0.9, nesterov=True)
