"""The condition is written for the exception and read for the rule."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    decay, spared = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (spared if p.ndim >= 2 and p not in norms else decay).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
