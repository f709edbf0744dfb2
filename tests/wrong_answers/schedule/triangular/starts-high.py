"""The distance from the top, not from the bottom."""


def triangular(step, low, high, half):
    return low + (high - low) * abs(step / half % 2 - 1)
