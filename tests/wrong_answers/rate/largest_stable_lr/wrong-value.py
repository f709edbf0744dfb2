"""Adam's 1e-8 is added below the line, as everywhere, and almost flat bowls feel it."""

import math


def largest_stable_lr(curvature):
    return 2 / (curvature + 1e-8) if curvature else math.inf
