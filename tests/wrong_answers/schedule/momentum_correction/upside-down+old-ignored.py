"""0.9 is taken for granted, and an effective rate for what a bracket multiplies."""


def momentum_correction(lr, old, new):
    effective = lr * (1 - 0.9)
    return effective / (1 - new)
