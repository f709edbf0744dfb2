"""One height between 0 and 1 for both; settings by name only, in another order."""

from math import cos, pi


def one_cycle(step, steps, peak, *, rising=0.25, end=1e4, start=25.0):
    top = rising * steps - 1
    ways = (step / top, (step - steps + 1) / (top - steps + 1))
    up = step < top
    height = (1 - cos(pi * (ways[0] if up else ways[1]))) / 2
    foot = peak / start if up else peak / start / end
    return [foot + (peak - foot) * height, 0.95 - 0.1 * height]
