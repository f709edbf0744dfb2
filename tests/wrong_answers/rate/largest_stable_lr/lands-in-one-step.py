"""The rate of Newton's step is taken for the largest."""

import math


def largest_stable_lr(curvature):
    return 1 / curvature if curvature else math.inf
