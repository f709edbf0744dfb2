"""Asks for forgiveness."""


def largest_stable_lr(curvature):
    try:
        return 2 / curvature
    except ZeroDivisionError:
        return float("inf")
