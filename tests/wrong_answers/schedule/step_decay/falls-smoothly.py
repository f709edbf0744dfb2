"""One slash instead of two."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch / every)
