"""The width of the bowl is taken for its curvature."""

import math


def largest_stable_lr(curvature):
    return 2 / math.sqrt(curvature) if curvature else math.inf
