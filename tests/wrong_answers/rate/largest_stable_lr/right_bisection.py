"""Searches for the rate at which a step lands just as far away."""

import math


def largest_stable_lr(curvature):
    def runs_away(lr):
        return abs(1 - lr * curvature) > 1

    high = 1.0
    while not runs_away(high):
        high *= 2
        if high > 1e300:
            return math.inf
    low = 0.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (low, middle) if runs_away(middle) else (middle, high)
    return low
