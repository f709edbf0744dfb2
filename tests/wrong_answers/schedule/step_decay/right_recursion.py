"""A function that calls itself."""


def step_decay(epoch, lr, every, factor):
    if epoch < every:
        return lr
    return factor * step_decay(epoch - every, lr, every, factor)
