"""No limit is said with None, as settings without a limit often have it."""


def largest_stable_lr(curvature):
    if curvature > 0:
        return 2 / curvature
    return None
