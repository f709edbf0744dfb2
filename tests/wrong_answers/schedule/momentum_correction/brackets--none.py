"""No brackets at all."""


def momentum_correction(lr, old, new):
    return lr * 1 - new / 1 - old
