"""The two brackets have changed places."""


def momentum_correction(lr, old, new):
    return lr * (1 - old) / (1 - new)
