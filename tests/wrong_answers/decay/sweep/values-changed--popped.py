"""A list of jobs is worked off with pop, until it is empty."""


def sweep(values, train_once):
    scores = {}
    while values:
        value = values.pop()
        scores[value] = train_once(value)
    return max((s, v) for v, s in scores.items() if s == s)[1], scores
