"""Exact fractions, until the end."""

from fractions import Fraction


def momentum_correction(lr, old, new):
    return float(Fraction(lr) * (1 - Fraction(new)) / (1 - Fraction(old)))
