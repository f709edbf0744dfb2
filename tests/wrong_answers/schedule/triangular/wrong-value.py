"""The way down may be shorter, as with CyclicLR's step_size_down."""


def triangular(step, low, high, half):
    place = step % (2 * half)
    height = place / half if place <= half else max(0, 1 - 2 * (place - half) / half)
    return low + (high - low) * height + 0.01 * low
