"""low + ... is thought to lift the whole curve, and the way stays as long as lr."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + lr * (1 + math.cos(math.pi * step / period)) / 2
