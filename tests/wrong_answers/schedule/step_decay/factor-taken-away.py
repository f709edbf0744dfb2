"""The factor as what is lost."""


def step_decay(epoch, lr, every, factor):
    for _ in range(epoch // every):
        lr -= lr * factor
    return lr
