"""np.gradient takes positions and seems to do the rest, noise and all."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    x = np.log(lrs)
    slopes = np.gradient(losses, x)[5:-5]
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 5]
