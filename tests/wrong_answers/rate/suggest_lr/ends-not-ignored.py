"""The ends get shorter slopes, as np.gradient makes them one-sided there."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    x = np.log(lrs)
    place = np.arange(len(x))
    before, after = np.maximum(place - 5, 0), np.minimum(place + 5, len(x) - 1)
    slopes = (losses[after] - losses[before]) / (x[after] - x[before])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin()]
