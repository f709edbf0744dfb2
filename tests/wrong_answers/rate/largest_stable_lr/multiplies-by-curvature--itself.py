"""Sharper sounds like faster, so the curvature itself is the limit."""

import math


def largest_stable_lr(curvature):
    return curvature or math.inf
