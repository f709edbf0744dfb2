"""Slices of NumPy arrays."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    slopes = (losses[10:] - losses[:-10]) / (np.log(lrs[10:]) - np.log(lrs[:-10]))
    best = slopes.argmin()
    return lrs[best + 5] if slopes[best] < 0 else None
