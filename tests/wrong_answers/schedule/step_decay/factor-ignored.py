"""A tenth, as in every recipe."""


def step_decay(epoch, lr, every, factor):
    return lr * 0.1 ** (epoch // every)
