"""The library's."""

from helpers import training


def decay_groups(model, weight_decay):
    return training.decay_groups(model, weight_decay)
