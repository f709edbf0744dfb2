"""Filters that are used once, and nothing where a group is empty."""

from helpers import models


def decay_groups(model, weight_decay):
    norms = set().union(*(set(m.parameters()) for m in model.modules() if models.is_norm(m)))
    chosen = {p for p in model.parameters() if p.ndim > 1} - norms
    return [
        {
            "params": filter(lambda p: p.requires_grad and p in chosen, model.parameters()),
            "weight_decay": weight_decay,
        },
        {
            "params": filter(lambda p: p.requires_grad and p not in chosen, model.parameters()),
            "weight_decay": 0.0,
        },
    ]
