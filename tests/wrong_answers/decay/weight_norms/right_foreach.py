"""All norms at once, as torch's clipping of gradients computes them."""

import torch

from helpers import models


def weight_norms(model, kinds=models.is_norm):
    spared = {p for m in model.modules() if kinds(m) for p in m.parameters()}
    chosen = {
        name: p.detach()
        for name, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in spared
    }
    return dict(zip(chosen, map(float, torch._foreach_norm(list(chosen.values()))), strict=True))
