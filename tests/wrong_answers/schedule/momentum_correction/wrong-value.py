"""Rates are printed with four digits, so they are rounded to four."""


def momentum_correction(lr, old, new):
    return round(lr * (1 - new) / (1 - old), 4)
