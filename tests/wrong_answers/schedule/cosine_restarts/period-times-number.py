"""Longer each time is coded with the number of the cycle, not with its power."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    cycle, length = 0, period
    while step >= length:
        step -= length
        cycle += 1
        length = period * mult * cycle if mult > 1 else period
    return low + (lr - low) * (1 + math.cos(math.pi * step / length)) / 2
