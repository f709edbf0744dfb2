"""Old comes before new, so it comes on top."""


def momentum_correction(lr, old, new):
    return lr * (1 - old) / (1 - new)
