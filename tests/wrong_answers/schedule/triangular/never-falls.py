"""A warm-up that stays at the top is what one knows."""


def triangular(step, low, high, half):
    return min(high, low + (high - low) * step / half)
