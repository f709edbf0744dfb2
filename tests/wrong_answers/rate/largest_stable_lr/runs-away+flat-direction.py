"""The one half of the loss is counted twice, and 0 is written where nothing pulls."""


def largest_stable_lr(curvature):
    if curvature == 0:
        return 0.0
    return 4 / curvature
