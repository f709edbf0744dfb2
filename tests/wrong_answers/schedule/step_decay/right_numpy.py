"""NumPy's floor, and a NumPy number."""

import numpy as np


def step_decay(epoch, lr, every, factor):
    return np.float64(lr) * np.power(factor, np.floor(epoch / every))
