"""The last step is to be at low, as in torch's pull request 11104; low lifts it all."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step -= period
        period *= mult
    return low + lr * (1 + math.cos(math.pi * step / (period - 1))) / 2
