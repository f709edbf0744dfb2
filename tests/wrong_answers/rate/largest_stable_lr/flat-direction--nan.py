"""NaN for no limit."""

import math


def largest_stable_lr(curvature):
    return 2 / curvature if curvature else math.nan
