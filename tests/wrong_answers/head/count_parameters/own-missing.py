"""Asks layers of three kinds, as a table of a textbook lists them."""

from torch import nn


def count_parameters(module):
    found = set()
    for m in module.modules():
        if isinstance(m, (nn.Linear, nn.Conv2d, nn.BatchNorm2d)):
            found |= {p for p in m.parameters() if p.requires_grad}
    return sum(p.numel() for p in found)
