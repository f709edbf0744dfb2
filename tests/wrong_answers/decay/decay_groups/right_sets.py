"""Sets of parameters, and no loop."""

from helpers import models


def decay_groups(model, weight_decay):
    learn = {p for p in model.parameters() if p.requires_grad}
    norms = {p for m in filter(models.is_norm, model.modules()) for p in m.parameters()}
    decay = {p for p in learn - norms if p.ndim >= 2}
    return [
        dict(params=list(decay), weight_decay=weight_decay),
        dict(params=list(learn - decay), weight_decay=0.0),
    ]
