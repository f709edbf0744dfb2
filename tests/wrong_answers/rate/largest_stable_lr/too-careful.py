"""The 2 slips below the line."""

import math


def largest_stable_lr(curvature):
    return 1 / (2 * curvature) if curvature > 0 else math.inf
