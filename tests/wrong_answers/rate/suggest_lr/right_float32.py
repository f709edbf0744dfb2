"""NumPy in single precision."""

import numpy as np


def suggest_lr(rates, course, reach=5):
    x, y = np.log10(np.array(rates, "float32")), np.array(course, "float32")
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    places = np.arange(reach, len(x) - reach)
    if not places.size:
        return None
    slopes = (y[places + reach] - y[places - reach]) / (x[places + reach] - x[places - reach])
    if not slopes.min() < 0:
        return None
    return float(10 ** x[places[slopes.argmin()]])
