"""The last index of a cycle is 2 * half - 1, so the way down is mirrored there."""


def triangular(step, low, high, half):
    place = step % (2 * half)
    height = place if place < half else 2 * half - 1 - place
    return low + (high - low) * height / half
