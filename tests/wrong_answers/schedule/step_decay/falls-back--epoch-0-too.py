"""The remainder of epoch 0 is zero too."""


def step_decay(epoch, lr, every, factor):
    return lr * factor if epoch % every == 0 else lr
