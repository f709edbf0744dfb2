"""A walk over modules shows which are norms; a shared weight is met twice on it."""

from helpers import models


def decay_groups(model, weight_decay):
    decay, spared = [], []
    for module in model.modules():
        for p in module.parameters(recurse=False):
            if p.requires_grad:
                (decay if p.ndim >= 2 and not models.is_norm(module) else spared).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
