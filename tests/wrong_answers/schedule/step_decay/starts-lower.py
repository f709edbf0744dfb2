"""A first fall before the loop."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch // every + 1)
