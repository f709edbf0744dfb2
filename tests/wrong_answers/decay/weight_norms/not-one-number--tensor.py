"""dim=-1, as vectors are normalised along their last dimension."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.detach().norm(dim=-1)
        for n, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in norms
    }
