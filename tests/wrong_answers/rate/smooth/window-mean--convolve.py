"""np.convolve with ones is the usual recipe for a moving average."""

import numpy as np


def smooth(losses, beta):
    return np.convolve(losses, np.ones(5) / 5, mode="same").tolist()
