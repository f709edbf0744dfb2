"""What is missing to 1, divided the wrong way round, and without the rate: two common slips."""


def momentum_correction(lr, old, new):
    return (1 - old) / (1 - new)
