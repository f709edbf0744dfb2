"""1 - cos is remembered from easing curves, and those rise."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 - math.cos(math.pi * step / period)) / 2
