"""The remainder instead of the quotient."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch % every)
