"""The cosine itself falls from 1 to 0."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * math.cos(math.pi / 2 * step / period)
