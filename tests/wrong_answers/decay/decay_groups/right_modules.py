"""Walks over modules and remembers whom it has met."""

from helpers import models


def decay_groups(model, weight_decay):
    seen, decay, spared = set(), [], []

    def visit(module):
        for p in module.parameters(recurse=False):
            if p.requires_grad and p not in seen:
                seen.add(p)
                (decay if p.dim() > 1 and not models.is_norm(module) else spared).append(p)
        for child in module.children():
            visit(child)

    visit(model)
    return (
        {"params": spared, "weight_decay": 0},
        {"params": decay, "weight_decay": weight_decay},
    )
