"""Each restart begins lower, which issue 62640 asks of torch."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period, lr = step - period, period * mult, lr / 2
    return low + (lr - low) * (1 + math.cos(math.pi * step / period)) / 2
