"""Two convolutions, one of the losses and one of ones; a tuple."""

import numpy as np


def smooth(losses, beta):
    count = len(losses)
    fading = float(beta) ** np.arange(count)
    weighted = np.convolve(losses, fading)[:count]
    return tuple(weighted / np.convolve(np.ones(count), fading)[:count])
