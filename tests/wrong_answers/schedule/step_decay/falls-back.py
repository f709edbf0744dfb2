"""The factor is used in the epoch of the fall alone."""


def step_decay(epoch, lr, every, factor):
    if epoch > 0 and epoch % every == 0:
        return lr * factor
    return lr
