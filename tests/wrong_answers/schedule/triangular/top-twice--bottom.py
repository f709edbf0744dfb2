"""Up without the top, down without the bottom's neighbour."""


def triangular(step, low, high, half):
    place = step % (2 * half)
    height = place if place < half else 2 * half - 1 - place
    return low + (high - low) * height / half
