"""As much less as the momentum is more."""


def momentum_correction(lr, old, new):
    return lr * (1 - (new - old))
