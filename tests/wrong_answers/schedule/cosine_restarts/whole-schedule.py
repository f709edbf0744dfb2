"""The rates of the cycle so far."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    return [low + (lr - low) * (1 + math.cos(math.pi * k / period)) / 2 for k in range(period)]
