"""Only the settings without a default are used: a function begun from its first line."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    return lr * (1 + math.cos(math.pi * (step % period) / period)) / 2
