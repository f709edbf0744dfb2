"""Starts high and falls."""


def lr_at(step, steps, low, high):
    return high * (low / high) ** (step / max(steps - 1, 1))
