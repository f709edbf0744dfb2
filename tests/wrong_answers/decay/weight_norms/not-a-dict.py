"""named_parameters() gives pairs, so pairs come back."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    named = model.named_parameters()
    return [
        (n, p.norm().item()) for n, p in named if p.requires_grad and p.ndim > 1 and p not in norms
    ]
