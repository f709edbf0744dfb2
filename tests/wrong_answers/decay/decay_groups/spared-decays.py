"""A bias is known by its name, and what belongs to no layer has another one."""

from helpers import models


def decay_groups(model, weight_decay):
    seen, decay, spared = set(), [], []
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            if p in seen or not p.requires_grad:
                continue
            seen.add(p)
            (spared if name == "bias" or models.is_norm(module) else decay).append(p)
    return (
        {"params": spared, "weight_decay": 0},
        {"params": decay, "weight_decay": weight_decay},
    )
