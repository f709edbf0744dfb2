"""A mirror image is taken literally, so the momentum is computed from the rate."""

import math


def between(first, last, share):
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps - 1
    if step <= top:
        lr = between(peak / start, peak, step / top)
    else:
        lr = between(peak, peak / (start * end), (step - top) / (steps - 1 - top))
    share = (lr - peak / start) / (peak - peak / start)
    return lr, 0.95 - 0.1 * share
