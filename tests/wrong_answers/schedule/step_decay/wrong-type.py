"""The rate as a text."""


def step_decay(epoch, lr, every, factor):
    return f"{lr * factor ** (epoch // every):.4g}"
