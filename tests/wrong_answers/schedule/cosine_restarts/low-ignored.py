"""low is 0 unless somebody says so, and what has a default is easily forgotten."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return lr * (1 + math.cos(math.pi * step / period)) / 2
