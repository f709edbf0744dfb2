"""Rounded to four digits behind the point."""


def momentum_correction(lr, old, new):
    return round(lr * (1 - new) / (1 - old), 4)
