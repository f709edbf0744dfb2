"""Weights are those of linear layers to one who calls the others kernels."""

from torch import nn


def weight_norms(model):
    linear = [m.weight for m in model.modules() if isinstance(m, nn.Linear)]
    named = model.named_parameters()
    return {n: p.norm().item() for n, p in named if p.requires_grad and any(p is w for w in linear)}
