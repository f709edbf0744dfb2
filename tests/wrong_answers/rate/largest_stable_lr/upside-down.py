"""The result is built to grow with the curvature, as a limit for sharp bowls."""

import math


def largest_stable_lr(curvature):
    if curvature == 0:
        return math.inf
    return curvature / 2
