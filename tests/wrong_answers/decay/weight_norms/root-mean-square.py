"""A mean is fairer to large layers than a sum, so .mean() is called."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: (p**2).mean().sqrt().item()
        for n, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in norms
    }
