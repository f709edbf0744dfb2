"""Looks for bn, norm and bias in the names; in a Sequential a norm is called 1."""


def decay_groups(model, weight_decay):
    decay, spared = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (spared if any(part in name for part in ("bias", "bn", "norm")) else decay).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
