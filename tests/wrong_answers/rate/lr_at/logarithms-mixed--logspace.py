"""np.logspace wants exponents to base 10."""

import numpy as np


def lr_at(step, steps, low, high):
    return float(np.logspace(np.log(low), np.log(high), steps)[step])
