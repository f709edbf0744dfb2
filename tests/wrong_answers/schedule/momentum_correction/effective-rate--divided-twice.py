"""Divided by both."""


def momentum_correction(lr, old, new):
    effective = lr / (1 - old)
    return effective / (1 - new)
