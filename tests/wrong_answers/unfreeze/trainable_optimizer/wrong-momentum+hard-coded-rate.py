"""A line from a project of one's own, numbers and all: 0.95 and 0.01 worked there."""

import torch


def trainable_optimizer(model, lr):
    learning = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(learning, lr=0.01, momentum=0.95, nesterov=True)
