"""Asks layers of three kinds."""

from torch import nn


def count_parameters(module):
    total = 0
    for m in module.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d, nn.BatchNorm2d)):
            total += sum(p.numel() for p in m.parameters() if p.requires_grad)
    return total
