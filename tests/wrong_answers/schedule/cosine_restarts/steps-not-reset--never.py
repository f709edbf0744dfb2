"""The step is divided by the length of its cycle."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    end, length = period, period
    while step >= end:
        length *= mult
        end += length
    return low + (lr - low) * (1 + math.cos(math.pi * step / length)) / 2
