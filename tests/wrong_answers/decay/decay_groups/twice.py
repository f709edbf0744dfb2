"""parameters() of a module is thought to give its own; it gives those inside, too."""

from helpers import models


def decay_groups(model, weight_decay):
    decay, spared = [], []
    for module in model.modules():
        for p in module.parameters():
            if p.requires_grad:
                (decay if p.ndim >= 2 and not models.is_norm(module) else spared).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
