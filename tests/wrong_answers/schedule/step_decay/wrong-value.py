"""Rounded for the eye."""


def step_decay(epoch, lr, every, factor):
    return round(lr * factor ** (epoch // every), 3)
