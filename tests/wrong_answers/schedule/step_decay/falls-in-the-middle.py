"""A whole number is wanted, and round is what makes one."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** round(epoch / every)
