"""Rounded as for the legend of a plot."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: round(p.norm().item())
        for n, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in norms
    }
