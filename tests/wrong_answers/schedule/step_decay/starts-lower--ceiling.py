"""A period that has begun counts as a whole one, as on a bill."""

import math


def step_decay(epoch, lr, every, factor):
    return lr * factor ** math.ceil(epoch / every)
