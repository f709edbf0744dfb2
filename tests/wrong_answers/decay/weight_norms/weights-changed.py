"""To take a norm and to normalise are mixed up, so the weights are divided by it."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    found = {}
    for name, p in model.named_parameters():
        if p.requires_grad and p.ndim > 1 and p not in norms:
            found[name] = p.norm().item()
            p.data /= found[name]
    return found
