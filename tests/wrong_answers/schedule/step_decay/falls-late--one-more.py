"""every is read as the epochs in between, and the fall has one of its own."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch // (every + 1))
