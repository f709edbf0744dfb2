"""The rate it amounts to."""


def momentum_correction(lr, old, new):
    return lr / (1 - old)
