"""Loops for a maximum begin with the first value, which here may have failed."""


def sweep(values, train_once):
    scores, best = {}, None
    for value in sorted(values, reverse=True):
        scores[value] = train_once(value)
        if best is None or scores[value] > scores[best]:
            best = value
    return best, scores
