"""parameters() has no names, so enumerate makes some up."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    chosen = [p for p in model.parameters() if p.requires_grad and p.ndim > 1 and p not in norms]
    return {k: p.norm().item() for k, p in enumerate(chosen)}
