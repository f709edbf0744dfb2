"""Divides by the factor."""


def step_decay(epoch, lr, every, factor):
    return lr / factor ** (epoch // every)
