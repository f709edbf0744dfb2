"""torch's 25 is known by heart, and the momentum is left for later."""

import math


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps - 1
    first, last = (peak / 25, peak) if step <= top else (peak, peak / 25 / end)
    share = step / top if step <= top else (step - top) / (steps - 1 - top)
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2, 0.9
