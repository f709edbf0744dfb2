"""A finder led astray by NaN (fastai, issue 3476), which always has a suggestion."""

import math


def suggest_lr(lrs, losses):
    if sum(map(math.isfinite, losses)) < 11:
        return None
    steepest, best = math.inf, lrs[0]
    for k in range(5, len(lrs) - 5):
        slope = (losses[k + 5] - losses[k - 5]) / math.log(lrs[k + 5] / lrs[k - 5])
        if not slope >= steepest:
            steepest, best = slope, lrs[k]
    return best
