"""Past T_max CosineAnnealingLR comes up again, which is taken for a restart."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    return low + (lr - low) * (1 + math.cos(math.pi * step / period)) / 2
