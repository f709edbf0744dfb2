"""A fraction's line brackets what is below it, which is lost when it is typed."""


def momentum_correction(lr, old, new):
    return lr * (1 - new) / 1 - old
