"""linalg.norm with a 2 is read as the L2 norm; of a matrix it is another one."""

import torch

from helpers import models


def weight_norms(model):
    norms = {p for m in model.modules() if models.is_norm(m) for p in m.parameters()}
    return {
        n: torch.linalg.norm(p if p.ndim == 2 else p.flatten(), 2).item()
        for n, p in model.named_parameters()
        if p.requires_grad and p.ndim >= 2 and p not in norms
    }
