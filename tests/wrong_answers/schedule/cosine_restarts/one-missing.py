"""A cosine begins at 1 and falls, and that it falls to -1 is not thought of."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * math.cos(math.pi * step / period)
