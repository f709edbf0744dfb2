"""A loop that keeps the steepest slope so far."""

import math


def suggest_lr(lrs, losses):
    points = [(lr, loss) for lr, loss in zip(lrs, losses) if math.isfinite(loss)]
    steepest, suggestion = 0.0, None
    for k in range(5, len(points) - 5):
        (lr_before, before), (lr_after, after) = points[k - 5], points[k + 5]
        slope = (after - before) / math.log(lr_after / lr_before)
        if slope < steepest:
            steepest, suggestion = slope, points[k][0]
    return suggestion
