"""A function that calls itself; settings by name only; half-angle form."""

import math


def cosine_restarts(step, lr, period, *, low=0.0, mult=1):
    if step >= period:
        return cosine_restarts(step - period, lr, period * mult, low=low, mult=mult)
    return low + (lr - low) * math.cos(math.pi / 2 * step / period) ** 2
