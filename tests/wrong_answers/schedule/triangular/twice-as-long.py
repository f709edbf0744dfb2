"""A cycle of four halves."""


def triangular(step, low, high, half):
    place = step % (4 * half) / (2 * half)
    return low + (high - low) * (1 - abs(place - 1))
