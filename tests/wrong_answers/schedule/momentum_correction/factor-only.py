"""The factor without the rate."""


def momentum_correction(lr, old, new):
    return (1 - new) / (1 - old)
