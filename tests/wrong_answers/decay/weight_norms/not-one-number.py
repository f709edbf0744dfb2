"""Each row of a matrix is a neuron, so each gets a norm."""

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: p.norm(dim=1).tolist()
        for n, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in norms
    }
