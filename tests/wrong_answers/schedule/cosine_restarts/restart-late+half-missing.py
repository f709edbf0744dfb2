"""After the period is coded as >, and 1 + cos is taken for a share."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    if step > period:
        while step >= period:
            step, period = step - period, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / period))
