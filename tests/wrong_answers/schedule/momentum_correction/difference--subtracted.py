"""The difference comes off the rate."""


def momentum_correction(lr, old, new):
    return lr - (new - old)
