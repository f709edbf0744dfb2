"""SGD is said to skip what has no gradient (facebookresearch/moco issue 14); an old one counts."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
