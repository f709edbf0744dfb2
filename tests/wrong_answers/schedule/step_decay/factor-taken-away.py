"""A factor of 0.1 is read as ten percent off."""


def step_decay(epoch, lr, every, factor):
    for _ in range(epoch // every):
        lr -= lr * factor
    return lr
