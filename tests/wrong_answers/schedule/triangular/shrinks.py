"""Smith's triangular2: half as high in each cycle."""


def triangular(step, low, high, half):
    height = 1 - abs(step / half % 2 - 1)
    return low + (high - low) * height / 2 ** (step // (2 * half))
