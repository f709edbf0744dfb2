"""model.parameters() as in the first tutorial, and only the momentum of the two options."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
