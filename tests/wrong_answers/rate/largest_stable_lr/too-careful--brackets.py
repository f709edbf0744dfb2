"""1 / 2 / curvature is read from the right, as 1 over a fraction."""

import math


def largest_stable_lr(curvature):
    return 1 / 2 / curvature if curvature else math.inf
