"""Each stay is one epoch too long."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch // (every + 1))
