"""pct_start * total_steps without torch's - 1, and final_div_factor below the peak."""

import math


def glide(first, last, share):
    return last + (first - last) * (1 + math.cos(math.pi * share)) / 2


def one_cycle(step, steps, peak, start=25.0, end=1e4, rising=0.25):
    top = rising * steps
    if step < top:
        return glide(peak / start, peak, step / top), glide(0.95, 0.85, step / top)
    share = (step - top) / (steps - 1 - top)
    return glide(peak, peak / end, share), glide(0.85, 0.95, share)
