"""The momenta themselves."""


def momentum_correction(lr, old, new):
    return lr * new / old
