"""A schedule is drawn as a list of rates, so a list comes back."""


def step_decay(epoch, lr, every, factor):
    return [lr * factor ** (number // every) for number in range(epoch + 2)]
