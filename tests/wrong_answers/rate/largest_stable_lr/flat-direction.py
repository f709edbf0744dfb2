"""Where nothing slopes nothing moves, so the rate is thought to be 0."""


def largest_stable_lr(curvature):
    return 2 / curvature if curvature else 0.0
