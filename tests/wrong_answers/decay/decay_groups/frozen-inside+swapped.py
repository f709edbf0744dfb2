"""Old recipes spare by names and forget what is frozen; here the two decays changed places too."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    weights = [p for p in model.parameters() if p.ndim > 1 and p not in norms]
    others = [p for p in model.parameters() if p.ndim < 2 or p in norms]
    return [
        {"params": weights, "weight_decay": 0.0},
        {"params": others, "weight_decay": weight_decay},
    ]
