"""Rounded for reading: a common slip, taken over from code that prints the rate."""


def triangular(step, low, high, half):
    nearness = 1 - abs(step % (2 * half) - half) / half
    return round(low + (high - low) * nearness, 4)
