"""NumPy between three points; other parameter names."""

import numpy as np


def triangular(k, bottom, top, n):
    return np.interp(k % (2 * n), [0, n, 2 * n], [bottom, top, bottom])
