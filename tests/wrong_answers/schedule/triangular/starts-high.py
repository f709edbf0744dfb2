"""The distance from the tip is computed, as the hint says, and used as it is."""


def triangular(step, low, high, half):
    return low + (high - low) * abs(step / half % 2 - 1)
