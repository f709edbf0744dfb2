"""A slip of the keyboard puts a zero too many into 0.9."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr, 0.09, nesterov=True)
