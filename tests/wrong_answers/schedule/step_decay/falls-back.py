"""lr is thought to keep its fall from call to call, as an optimizer's does."""


def step_decay(epoch, lr, every, factor):
    if epoch > 0 and epoch % every == 0:
        return lr * factor
    return lr
