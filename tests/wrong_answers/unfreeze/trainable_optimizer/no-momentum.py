"""SGD is thought to come with momentum, as Adam comes with its betas."""

import torch


def trainable_optimizer(model, lr):
    return torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
