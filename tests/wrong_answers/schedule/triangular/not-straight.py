"""Rates are compared by factors in the lesson before, so they grow by factors."""


def triangular(step, low, high, half):
    return low * (high / low) ** (1 - abs(step / half % 2 - 1))
