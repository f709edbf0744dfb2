"""The effective rate is to stay the same, so it is undone with the momentum it had."""


def momentum_correction(lr, old, new):
    effective = lr / (1 - old)
    return effective * (1 - old)
