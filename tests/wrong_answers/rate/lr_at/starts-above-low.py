"""Counts from one, as a well-known library does."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** ((step + 1) / steps)
