"""T_cur from 0 to T_i, as torch's pull request 11104 reads the paper."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    period += 1
    while step >= period:
        step -= period
        period *= mult
    return low + (lr - low) * (1 + math.cos(math.pi * step / (period - 1))) / 2
