"""The height above low is computed, and taken for the rate."""


def triangular(step, low, high, half):
    return (high - low) * (1 - abs(step / half % 2 - 1))
