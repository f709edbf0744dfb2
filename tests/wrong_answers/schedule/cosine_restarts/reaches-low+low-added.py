"""The last step made to hit the lowest rate, which is added on top: two common slips."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step -= period
        period *= mult
    return low + lr * (1 + math.cos(math.pi * step / (period - 1))) / 2
