"""Careful twice, because the weights are pretrained: half the momentum and a tenth of the rate."""

import torch


def trainable_optimizer(model, lr):
    learning = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(learning, lr=0.1 * lr, momentum=0.5, nesterov=True)
