"""The article's 0.0006, written where lr belongs."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=0.0006, momentum=0.9, nesterov=True)
