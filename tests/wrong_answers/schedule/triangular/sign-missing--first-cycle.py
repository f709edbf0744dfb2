"""The cycle is forgotten in Smith's formula."""


def triangular(step, low, high, half):
    return low + (high - low) * (1 - abs(step / half - 1))
