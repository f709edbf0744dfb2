"""The old momentum is taken to be 0.9."""


def momentum_correction(lr, old, new):
    return lr * (1 - new) / (1 - 0.9)
