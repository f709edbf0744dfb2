"""epoch % every == 0 is the idiom for every so many epochs, and fits epoch 0, too."""


def step_decay(epoch, lr, every, factor):
    return lr * factor if epoch % every == 0 else lr
