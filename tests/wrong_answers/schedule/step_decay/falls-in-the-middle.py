"""round instead of rounding down."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** round(epoch / every)
