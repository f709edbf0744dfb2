"""A condition for the flat direction."""

import math


def largest_stable_lr(curvature):
    if curvature == 0:
        return math.inf
    return 2 / curvature
