"""No limit is taken for not defined, which is NaN in a table."""

import math


def largest_stable_lr(curvature):
    return 2 / curvature if curvature else math.nan
