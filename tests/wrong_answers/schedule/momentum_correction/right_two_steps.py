"""By way of the effective rate; other parameter names."""


def momentum_correction(rate, before, after):
    effective = rate / (1 - before)
    return effective * (1 - after)
