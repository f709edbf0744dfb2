"""Momentum is the simpler one and comes first, between CyclicLR's 0.9 and 0.8."""

import math


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps - 1
    up = step <= top
    share = step / top if up else (steps - 1 - step) / (steps - 1 - top)
    height = (1 - math.cos(math.pi * share)) / 2
    foot = peak / start if up else peak / start / end
    return 0.9 - 0.1 * height, foot + (peak - foot) * height
