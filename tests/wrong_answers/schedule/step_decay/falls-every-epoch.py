"""ExponentialLR's formula, lr * gamma ** epoch, which has no every."""


def step_decay(epoch, lr, every, factor):
    return lr * factor**epoch
