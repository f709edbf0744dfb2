"""1 - momentum is what an average multiplies by, and is taken for all there is."""


def momentum_correction(lr, old, new):
    return lr * (1 - new)
