"""None for no limit."""


def largest_stable_lr(curvature):
    if curvature > 0:
        return 2 / curvature
    return None
