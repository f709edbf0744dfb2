"""A copy is made so that nothing happens to the model, and the optimizer gets the copy's."""

import copy

import torch


def trainable_optimizer(model, lr):
    params = [p for p in copy.deepcopy(model).parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
