"""Rounded up."""

import math


def step_decay(epoch, lr, every, factor):
    return lr * factor ** math.ceil(epoch / every)
