"""step % period is the idiom for a cycle, and mult has no place in it."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    return low + (lr - low) * (1 + math.cos(math.pi * (step % period) / period)) / 2
