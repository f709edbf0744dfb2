"""A greater sign where the epoch itself counts too."""


def step_decay(epoch, lr, every, factor):
    while epoch > every:
        lr *= factor
        epoch -= every
    return lr
