"""np.diff, the point after, ends cut off."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    slopes = np.diff(losses)[5:-5]
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 6]
