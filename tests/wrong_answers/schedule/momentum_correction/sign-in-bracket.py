"""Momentum adds to a step, so 1 + momentum is thought to be its length."""


def momentum_correction(lr, old, new):
    return lr * (1 + old) / (1 + new)
