"""Products of shapes."""

import math


def count_parameters(module):
    total = 0
    for _, p in module.named_parameters():
        if p.requires_grad:
            total += math.prod(p.shape)
    return total
