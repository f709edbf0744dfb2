"""The way from low to high, without low."""


def triangular(step, low, high, half):
    return (high - low) * (1 - abs(step / half % 2 - 1))
