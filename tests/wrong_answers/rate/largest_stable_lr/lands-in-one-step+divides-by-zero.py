"""Newton's step from a calculus course, 1 / f'', with no thought of a flat place."""


def largest_stable_lr(curvature):
    return 1 / curvature
