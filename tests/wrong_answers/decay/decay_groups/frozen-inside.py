"""An optimizer skips what has no gradient, so what is frozen seems to do no harm."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    decay, spared = [], []
    for name, p in model.named_parameters():
        if True:
            (decay if p.ndim >= 2 and p not in norms else spared).append(p)
    return [
        {"params": decay, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]
