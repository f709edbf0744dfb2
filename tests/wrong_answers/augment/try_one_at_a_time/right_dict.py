"""Scores in a dict, its items sorted; a tuple is handed back."""

from operator import itemgetter


def try_one_at_a_time(base, candidates, score, verbose=True):
    scores = {name: score(base + [extra]) for name, extra in candidates.items()}
    baseline = score(base[:])
    gains = {name: value - baseline for name, value in scores.items()}
    if verbose:
        print(gains)
    return tuple(sorted(gains.items(), key=itemgetter(1), reverse=True))
