"""The factor is the interesting part, and is taken for the answer."""


def momentum_correction(lr, old, new):
    return (1 - new) / (1 - old)
