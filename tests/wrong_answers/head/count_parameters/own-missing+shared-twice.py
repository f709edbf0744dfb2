"""in times out for linear layers, kernels for convolutions, by hand as in a textbook: two slips."""

from torch import nn


def count_parameters(module):
    total = 0
    for layer in module.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.BatchNorm2d):
            pair = (layer.weight, layer.bias)
            total += sum(p.numel() for p in pair if p is not None and p.requires_grad)
    return total
