"""The fraction is upside down."""

import math


def largest_stable_lr(curvature):
    if curvature == 0:
        return math.inf
    return curvature / 2
