"""Triangles are drawn standing on the axis, so low is left out."""


def triangular(step, low, high, half):
    return high * (1 - abs(step / half % 2 - 1))
