"""A difference is what a step has brought, so np.diff is read at the later point."""

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
