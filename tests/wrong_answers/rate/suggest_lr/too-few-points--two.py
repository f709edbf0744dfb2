"""Any two points are thought to be enough."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 2:
        return None
    x, across = np.log(lrs), min(5, (len(lrs) - 1) // 2)
    slopes = (losses[2 * across :] - losses[: -2 * across]) / (x[2 * across :] - x[: -2 * across])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + across]
