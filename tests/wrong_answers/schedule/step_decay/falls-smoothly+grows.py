"""One slash, and the rate divided by the factor, as one says to divide it by ten: two slips."""


def step_decay(epoch, lr, every, factor):
    return lr / factor ** (epoch / every)
