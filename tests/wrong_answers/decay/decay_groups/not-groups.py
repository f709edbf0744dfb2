"""Two lists come back, to be put into dictionaries where the optimizer is made."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    decay, spared = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            (decay if p.ndim >= 2 and p not in norms else spared).append(p)
    return decay, spared
