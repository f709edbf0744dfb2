"""Epochs are thought to begin at 1."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** max(0, (epoch - 1) // every)
