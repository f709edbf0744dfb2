"""clip_grad_norm_ knows one norm for all parameters, and so does this."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    chosen = [p for p in model.parameters() if p.requires_grad and p.ndim > 1 and p not in norms]
    return sum(p.norm().item() ** 2 for p in chosen) ** 0.5
