"""Stages are counted from 1, so the first one has a fall already."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch // every + 1)
