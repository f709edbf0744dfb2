"""min over pairs of slope and rate, with a default for no pairs."""

from math import isfinite, log


def suggest_lr(lrs, losses):
    left = list(filter(lambda point: isfinite(point[1]), zip(lrs, losses)))
    triples = zip(left, left[5:], left[10:])
    slopes = ((c[1] - a[1]) / (log(c[0]) - log(a[0])) for a, _, c in triples)
    slope, rate = min(zip(slopes, (lr for lr, _ in left[5:])), default=(0.0, None))
    return rate if slope < 0 else None
