"""Makes sure that everything can be trained before the optimizer is built."""

import torch


def trainable_optimizer(model, lr):
    for param in model.parameters():
        param.requires_grad = True
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
