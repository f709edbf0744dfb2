"""An if where a loop is needed."""


def step_decay(epoch, lr, every, factor):
    if epoch >= every:
        return lr * factor
    return lr
