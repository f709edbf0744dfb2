"""The text has a formula for the effective rate, and so that comes back."""


def momentum_correction(lr, old, new):
    return lr / (1 - old)
