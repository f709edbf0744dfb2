"""Steps are thought to begin at 1."""


def triangular(step, low, high, half):
    return low + (high - low) * (1 - abs((step + 1) / half % 2 - 1))
