"""An index of a shorter list, read in the longer one; and the steepest place is always named."""

import math


def suggest_lr(lrs, losses):
    points = [(lr, loss) for lr, loss in zip(lrs, losses) if math.isfinite(loss)]
    if len(points) < 11:
        return None
    slopes = [(b[1] - a[1]) / math.log(b[0] / a[0]) for a, b in zip(points, points[10:])]
    return points[slopes.index(min(slopes))][0]
