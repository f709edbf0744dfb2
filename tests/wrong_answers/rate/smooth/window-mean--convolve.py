"""np.convolve over five losses."""

import numpy as np


def smooth(losses, beta):
    return np.convolve(losses, np.ones(5) / 5, mode="same").tolist()
