"""Smith's formula is worked out for the first cycle, and the cycle's number dropped."""


def triangular(step, low, high, half):
    return low + (high - low) * (1 - abs(step / half - 1))
