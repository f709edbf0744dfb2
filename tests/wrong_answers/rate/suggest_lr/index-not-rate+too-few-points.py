"""argmin is handed out, as by finders whose plot wants the index; short lists are forgotten."""

import numpy as np


def suggest_lr(lrs, losses):
    lrs, losses = np.array(lrs), np.array(losses)
    lrs, losses = lrs[np.isfinite(losses)], losses[np.isfinite(losses)]
    if len(lrs) < 11:
        return 0
    slopes = (losses[10:] - losses[:-10]) / np.log(lrs[10:] / lrs[:-10])
    return int(slopes.argmin()) + 5 if slopes.min() < 0 else None
