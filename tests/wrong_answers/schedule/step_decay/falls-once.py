"""Before and after: a short training sees no more than two stages."""


def step_decay(epoch, lr, every, factor):
    if epoch >= every:
        return lr * factor
    return lr
