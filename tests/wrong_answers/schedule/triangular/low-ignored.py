"""From zero to high."""


def triangular(step, low, high, half):
    return high * (1 - abs(step / half % 2 - 1))
