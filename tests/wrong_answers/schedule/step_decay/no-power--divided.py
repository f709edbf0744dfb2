"""Smaller with each fall is coded as divided by the number of falls."""


def step_decay(epoch, lr, every, factor):
    falls = epoch // every
    return lr * factor / falls if falls else lr
