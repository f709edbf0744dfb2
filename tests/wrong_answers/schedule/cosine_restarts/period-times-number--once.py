"""The second cycle is longer, the others as long as that one."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    length = period
    while step >= length:
        step, length = step - length, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / length)) / 2
