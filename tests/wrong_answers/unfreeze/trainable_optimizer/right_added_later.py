"""Begins with one parameter and adds the others in reverse."""

import torch


def trainable_optimizer(model, lr):
    trainable = [p for p in reversed(list(model.parameters())) if p.requires_grad]
    optimizer = torch.optim.SGD(trainable[:1], lr=lr, momentum=0.9, nesterov=True)
    for parameter in trainable[1:]:
        optimizer.add_param_group({"params": parameter})
    return optimizer
