"""The last index of a cycle is period - 1, which is taken for its length."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    period -= 1
    while step >= period:
        step -= period
        period *= mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / period)) / 2
