"""Five is read as the number of points in all: two on each side and the middle."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    x = np.log(lrs)
    slopes = (losses[4:] - losses[:-4]) / (x[4:] - x[:-4])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 2]
