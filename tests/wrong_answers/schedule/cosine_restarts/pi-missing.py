"""A share between 0 and 1 is thought to be what a cosine takes."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 + math.cos(step / period)) / 2
