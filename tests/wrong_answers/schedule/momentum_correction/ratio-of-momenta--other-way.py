"""More momentum, less rate: the momenta themselves are divided to get that."""


def momentum_correction(lr, old, new):
    return lr * old / new
