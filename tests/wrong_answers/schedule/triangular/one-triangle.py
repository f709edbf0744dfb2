"""The picture in mind shows one triangle, and so does the formula."""


def triangular(step, low, high, half):
    return low + (high - low) * max(0, 1 - abs(step / half - 1))
