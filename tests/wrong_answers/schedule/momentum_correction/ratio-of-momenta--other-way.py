"""More momentum, less rate, but of the momenta."""


def momentum_correction(lr, old, new):
    return lr * old / new
