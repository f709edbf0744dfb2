"""2 times the curvature is put below the line, as 2a is for a quadratic equation."""

import math


def largest_stable_lr(curvature):
    return 1 / (2 * curvature) if curvature > 0 else math.inf
