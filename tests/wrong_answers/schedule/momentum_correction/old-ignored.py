"""The new momentum alone."""


def momentum_correction(lr, old, new):
    return lr * (1 - new)
