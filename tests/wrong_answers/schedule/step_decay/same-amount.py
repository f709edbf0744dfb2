"""A tenth of lr is taken of the lr that was given, at every fall."""


def step_decay(epoch, lr, every, factor):
    return lr - lr * (1 - factor) * (epoch // every)
