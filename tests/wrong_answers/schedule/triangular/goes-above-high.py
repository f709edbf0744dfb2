"""high is read as the height above low."""


def triangular(step, low, high, half):
    return low + high * (1 - abs(step / half % 2 - 1))
