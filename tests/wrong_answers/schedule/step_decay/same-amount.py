"""A share of the first rate is lost at each fall."""


def step_decay(epoch, lr, every, factor):
    return lr - lr * (1 - factor) * (epoch // every)
