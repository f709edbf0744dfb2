"""A plot wants a list, so the rates of a cycle come back."""

import math


def cosine_restarts(step, lr, period, mult=1, low=0.0):
    return [low + (lr - low) * (1 + math.cos(math.pi * k / period)) / 2 for k in range(period)]
