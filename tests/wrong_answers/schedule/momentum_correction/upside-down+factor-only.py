"""Old over new, as a ratio is often written, and the ratio for the answer."""


def momentum_correction(lr, old, new):
    return (1 - old) / (1 - new)
