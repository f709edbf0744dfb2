"""A cosine for a whole training ends at the bottom, and there it stays."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    share = min(step, period) / period
    return low + (lr - low) * (1 + math.cos(math.pi * share)) / 2
