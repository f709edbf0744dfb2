"""A pair of rate and momentum."""


def momentum_correction(lr, old, new):
    return lr * (1 - new) / (1 - old), new
