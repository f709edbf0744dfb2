"""Evenly spaced rates."""


def lr_at(step, steps, low, high):
    return low + (high - low) * step / max(steps - 1, 1)
