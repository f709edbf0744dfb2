"""The formula is solved for a bowl, and a bowl that is flat does not come to mind."""


def largest_stable_lr(curvature):
    return 2 / curvature
