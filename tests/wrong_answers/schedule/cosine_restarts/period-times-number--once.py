"""mult times as long is computed from the first period, not from the last one."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    length = period
    while step >= length:
        step, length = step - length, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / length)) / 2
