"""Trains with positions."""


def sweep(values, train_once):
    scores = {value: train_once(k) for k, value in enumerate(values)}
    return max(scores, key=lambda v: (scores[v], v)), scores
