"""A cosine falls from 1 to 0 by itself, so a quarter of a turn seems to be enough."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * math.cos(math.pi / 2 * step / period)
