"""Folds over what succeeded; a named tuple, a setting of its own."""

from collections import namedtuple
from functools import reduce

Swept = namedtuple("Swept", "best scores")


def sweep(candidates, fit, *, verbose=False):
    scores = {float(value): fit(value) for value in candidates}
    pairs = [(score, value) for value, score in scores.items() if score == score]
    best = reduce(max, pairs)[1]
    if verbose:
        print(best)
    return Swept(best, scores)
