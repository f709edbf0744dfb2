"""One group for each part that has something to train."""

import torch


def trainable_optimizer(model, lr):
    groups = []
    for child in model.children():
        params = [p for p in child.parameters() if p.requires_grad]
        if params:
            groups.append({"params": params, "momentum": 0.9})
    return torch.optim.SGD(groups, lr=lr, momentum=0.9, nesterov=True)
