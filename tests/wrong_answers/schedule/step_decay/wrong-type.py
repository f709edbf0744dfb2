"""The rate is formatted as a training loop prints it."""


def step_decay(epoch, lr, every, factor):
    return f"{lr * factor ** (epoch // every):.4g}"
