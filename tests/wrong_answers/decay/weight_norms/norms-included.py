"""What is called weight is taken for one, and a norm calls its scale weight."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.norm().item()
        for n, p in model.named_parameters()
        if p.requires_grad and n.endswith("weight")
    }
