"""0.9 taken for granted, and the two momenta in each other's place: two common slips."""


def momentum_correction(lr, old, new):
    effective = lr * (1 - 0.9)
    return effective / (1 - new)
