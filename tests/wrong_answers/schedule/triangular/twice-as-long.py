"""A way up and a way down of 2 * half each, as half sounds like half of a way."""


def triangular(step, low, high, half):
    place = step % (4 * half) / (2 * half)
    return low + (high - low) * (1 - abs(place - 1))
