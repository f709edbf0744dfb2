"""The absolute value in Smith's formula is forgotten."""

import math


def triangular(step, low, high, half):
    cycle = math.floor(1 + step / (2 * half))
    x = step / half - 2 * cycle + 1
    return low + (high - low) * (1 - x)
