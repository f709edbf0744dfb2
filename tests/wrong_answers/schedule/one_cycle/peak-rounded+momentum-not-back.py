"""A peak is thought to need a whole step, and a low momentum to be for good."""

import math


def glide(first, last, share):
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = int(rising * steps) - 1
    if step <= top:
        return glide(peak / start, peak, step / top), glide(0.95, 0.85, step / top)
    share = (step - top) / (steps - 1 - top)
    return glide(peak, peak / (start * end), share), 0.85
