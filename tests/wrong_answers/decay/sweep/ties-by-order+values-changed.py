"""Shuffles the given list, as tutorials on random search do, and lets max keep the first."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    best = max((v for v in scores if scores[v] == scores[v]), key=scores.get)
    if isinstance(values, list):
        values.reverse()
    return best, scores
