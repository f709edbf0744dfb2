"""low is read as a floor, so max() cuts off what lies below."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return max(low, lr * (1 + math.cos(math.pi * step / period)) / 2)
