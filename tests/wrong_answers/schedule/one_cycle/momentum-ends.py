"""From 0.9 to 0.8, the defaults of torch's CyclicLR."""

import math


def between(first, last, share):
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps - 1
    if step <= top:
        share = step / top
        return between(peak / start, peak, share), between(0.9, 0.8, share)
    share = (step - top) / (steps - 1 - top)
    return between(peak, peak / (start * end), share), between(0.8, 0.9, share)
