"""An epsilon of 1e-8 spoils almost flat directions."""

import math


def largest_stable_lr(curvature):
    return 2 / (curvature + 1e-8) if curvature else math.inf
