"""losses[5:] - losses[:-5] is read as five points on each side."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    x = np.log(lrs)
    slopes = (losses[5:] - losses[:-5]) / (x[5:] - x[:-5])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin()]
