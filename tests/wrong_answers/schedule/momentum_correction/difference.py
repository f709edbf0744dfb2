"""The gain in momentum is read as a percentage to take off the rate."""


def momentum_correction(lr, old, new):
    return lr * (1 - (new - old))
