"""A flat direction gets the rate 0."""


def largest_stable_lr(curvature):
    return 2 / curvature if curvature else 0.0
