"""Several times the factor is coded as times the number of falls."""


def step_decay(epoch, lr, every, factor):
    return lr * factor * (epoch // every)
