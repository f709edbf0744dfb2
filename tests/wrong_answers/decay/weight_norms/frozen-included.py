"""A frozen weight has a norm like any other, so nobody asks whether it learns."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.norm().item() for n, p in model.named_parameters() if p.ndim >= 2 and p not in norms
    }
