"""After so many epochs is coded as >, and the epoch of the fall is one of them."""


def step_decay(epoch, lr, every, factor):
    while epoch > every:
        lr *= factor
        epoch -= every
    return lr
