"""RMSprop is known from a course, and it takes momentum too."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.RMSprop(params, lr=lr, momentum=0.9)
