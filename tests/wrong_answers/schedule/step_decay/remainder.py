"""% is taken for the sign that counts how often."""


def step_decay(epoch, lr, every, factor):
    return lr * factor ** (epoch % every)
