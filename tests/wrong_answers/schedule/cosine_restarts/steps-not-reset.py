"""The remainder of the first period, in a longer cycle."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    rest, length = step, period
    while rest >= length:
        rest, length = rest - length, length * mult
    return low + (lr - low) * (1 + math.cos(math.pi * (step % period) / length)) / 2
