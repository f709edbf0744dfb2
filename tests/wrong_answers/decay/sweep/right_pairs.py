"""Pairs of accuracy and value."""

import math


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    return max((s, v) for v, s in scores.items() if not math.isnan(s))[1], scores
