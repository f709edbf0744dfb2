"""The right length is found; that the step still counts from the start is forgotten."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    end, length = period, period
    while step >= end:
        length *= mult
        end += length
    return low + (lr - low) * (1 + math.cos(math.pi * step / length)) / 2
