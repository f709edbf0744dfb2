"""The formula of the effective rate is applied once for each momentum."""


def momentum_correction(lr, old, new):
    effective = lr / (1 - old)
    return effective / (1 - new)
