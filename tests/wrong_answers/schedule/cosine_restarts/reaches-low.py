"""T_cur / (T_i - 1), so that low is reached, as in torch's pull request 11104."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / (period - 1))) / 2
