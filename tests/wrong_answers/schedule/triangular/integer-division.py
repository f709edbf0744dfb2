"""Steps are whole numbers, so they are divided with //."""


def triangular(step, low, high, half):
    return low + (high - low) * (1 - abs(step // half % 2 - 1))
