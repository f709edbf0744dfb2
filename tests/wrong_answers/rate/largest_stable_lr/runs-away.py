"""The loss is thought to be curvature / 2 times the square, and the 2 counted twice."""

import math


def largest_stable_lr(curvature):
    return 2 / (curvature / 2) if curvature else math.inf
