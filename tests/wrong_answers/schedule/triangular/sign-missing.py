"""Smith's formula is typed from the paper, and its bars around x are read past."""

import math


def triangular(step, low, high, half):
    cycle = math.floor(1 + step / (2 * half))
    x = step / half - 2 * cycle + 1
    return low + (high - low) * (1 - x)
