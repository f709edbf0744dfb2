"""How long a velocity gets, by adding up."""

import numpy as np


def momentum_correction(lr, old, new):
    lengths = [np.sum(momentum ** np.arange(6000.0)) for momentum in (old, new)]
    return lr * lengths[0] / lengths[1]
