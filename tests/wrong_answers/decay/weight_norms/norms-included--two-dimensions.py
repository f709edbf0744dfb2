"""Two dimensions are taken for the whole rule, and a LayerNorm can have two."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.norm().item() for n, p in model.named_parameters() if p.requires_grad and p.ndim > 1
    }
