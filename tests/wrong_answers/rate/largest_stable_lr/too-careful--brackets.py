"""Brackets are missing: one half, times the rest."""

import math


def largest_stable_lr(curvature):
    return 1 / 2 / curvature if curvature else math.inf
