"""The flat direction is forgotten."""


def largest_stable_lr(curvature):
    return 2 / curvature
