"""Typed as it is spoken: one minus new over one minus old."""


def momentum_correction(lr, old, new):
    return lr * 1 - new / 1 - old
