"""Two slips: the rate at which a step lands three times as far, and 0 for a flat direction."""


def largest_stable_lr(curvature):
    if curvature == 0:
        return 0.0
    return 4 / curvature
