"""A set of parameters from all modules."""

import torch


def count_parameters(module):
    found = set()
    for m in module.modules():
        found.update(p for p in m.parameters(recurse=False) if p.requires_grad)
    return sum(map(torch.numel, found))
