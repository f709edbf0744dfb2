"""The lengths are period times mult to the power of i, and i is begun with 1."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    period *= mult
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / period)) / 2
