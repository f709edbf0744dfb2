"""Smith's formula."""

import math


def triangular(step, low, high, half):
    cycle = math.floor(1 + step / (2 * half))
    x = abs(step / half - 2 * cycle + 1)
    return low + (high - low) * max(0.0, 1 - x)
