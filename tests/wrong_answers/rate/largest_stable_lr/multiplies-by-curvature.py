"""The 2 is remembered from the paper work, but not which way the curvature goes."""

import math


def largest_stable_lr(curvature):
    return 2 * curvature if curvature else math.inf
