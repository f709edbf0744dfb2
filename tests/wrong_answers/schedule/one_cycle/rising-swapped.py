"""Schedules keep their rate first and fall late, so the short phase is the fall."""

import math


def between(first, last, share):
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = (1 - rising) * steps - 1
    if step <= top:
        share = step / top
        return between(peak / start, peak, share), between(0.95, 0.85, share)
    share = (step - top) / (steps - 1 - top)
    return between(peak, peak / (start * end), share), between(0.85, 0.95, share)
