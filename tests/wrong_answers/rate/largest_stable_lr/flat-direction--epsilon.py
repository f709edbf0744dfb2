"""A small number keeps the division alive, and a limit where there is none."""


def largest_stable_lr(curvature):
    return 2 / max(curvature, 1e-12)
