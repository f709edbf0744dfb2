"""One says to divide the rate by ten, so the factor divides it."""


def step_decay(epoch, lr, every, factor):
    return lr / factor ** (epoch // every)
