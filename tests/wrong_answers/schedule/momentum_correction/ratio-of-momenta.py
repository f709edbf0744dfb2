"""A rule of three, as for the batch size: more of the one, more of the other."""


def momentum_correction(lr, old, new):
    return lr * new / old
