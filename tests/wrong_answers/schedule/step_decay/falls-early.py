"""Epochs are thought to begin at 1, and one is added."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** ((epoch + 1) // every)
