"""All rates up to this epoch."""


def step_decay(epoch, lr, every, factor):
    return [lr * factor ** (number // every) for number in range(epoch + 2)]
