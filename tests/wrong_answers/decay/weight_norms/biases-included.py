"""Not in a norm is taken for the whole rule, and a bias is not in one."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.norm().item()
        for n, p in model.named_parameters()
        if p.requires_grad and p not in norms
    }
