"""One long vector."""

import torch


def count_parameters(module):
    parts = [torch.zeros(0)] + [
        p.detach().flatten() for p in module.parameters() if p.requires_grad
    ]
    return torch.cat(parts).shape[0]
