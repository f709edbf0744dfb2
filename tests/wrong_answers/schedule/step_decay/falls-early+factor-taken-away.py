"""Epochs from 1, as in Keras tutorials, and a factor read as a share that is lost: two slips."""

import math


def step_decay(epoch, lr, every, factor):
    return lr * math.pow(1 - factor, math.floor((1 + epoch) / every))
