"""1 - sin falls from 1 to 0, too, and is taken for the same glide."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 - math.sin(math.pi / 2 * step / period))
