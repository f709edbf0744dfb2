"""Falls in each epoch from the first fall on: a callback that has it, in issue 58 of cs-ranking."""


def step_decay(epoch, lr, every, factor):
    for passed in range(1, epoch + 1):
        if passed >= every:
            lr = lr * factor
    return lr
