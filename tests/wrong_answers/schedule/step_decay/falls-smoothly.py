"""/ and // are one key apart, and a smooth fall looks right in the plot."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch / every)
