"""Rate and momentum are settings of one optimizer, so both come back."""


def momentum_correction(lr, old, new):
    return lr * (1 - new) / (1 - old), new
