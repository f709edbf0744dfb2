"""argmin over all there is, which NaN leads astray (Lightning, issue 1850)."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    if len(lrs) < 11:
        return None
    x = np.log(lrs)
    slopes = (losses[10:] - losses[:-10]) / (x[10:] - x[:-10])
    if slopes.min() >= 0:
        return None
    return lrs[slopes.argmin() + 5]
