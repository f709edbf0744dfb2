"""The root, as for batch sizes."""

import math


def momentum_correction(lr, old, new):
    return lr * math.sqrt((1 - new) / (1 - old))
