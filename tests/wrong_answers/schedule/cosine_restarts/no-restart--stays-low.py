"""The step stops at the end of the first cycle."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    share = min(step, period) / period
    return low + (lr - low) * (1 + math.cos(math.pi * share)) / 2
