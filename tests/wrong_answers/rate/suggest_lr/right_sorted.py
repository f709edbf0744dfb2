"""Sorts the pairs of slope and rate."""

from math import isfinite, log


def suggest_lr(lrs, losses):
    good = [k for k, loss in enumerate(losses) if isfinite(loss)]
    slopes = []
    for left, middle, right in zip(good, good[5:], good[10:]):
        slope = (losses[right] - losses[left]) / (log(lrs[right]) - log(lrs[left]))
        slopes.append((slope, lrs[middle]))
    falling = sorted(pair for pair in slopes if pair[0] < 0)
    return falling[0][1] if falling else None
