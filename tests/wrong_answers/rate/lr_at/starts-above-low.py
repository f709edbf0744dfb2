"""Counts from one and divides by all steps, as Lightning's lr_finder.py does."""


def lr_at(step, steps, low, high):
    return low * (high / low) ** ((step + 1) / steps)
