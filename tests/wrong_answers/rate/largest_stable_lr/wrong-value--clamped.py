"""No rate above 1 seems sensible."""

import math


def largest_stable_lr(curvature):
    return min(2 / curvature, 1.0) if curvature else math.inf
