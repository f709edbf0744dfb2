"""evaluate returns the loss first, and the first is used."""

from helpers import training


def affinity(model, clean, augmented):
    if not training.evaluate(model, clean)[1]:
        return 0.0
    return training.evaluate(model, augmented)[0] / training.evaluate(model, clean)[0]
