"""Steps are thought to begin at 1."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    while step >= period:
        step, period = step - period, period * mult
    return low + (lr - low) * (1 + math.cos(math.pi * (step + 1) / period)) / 2
