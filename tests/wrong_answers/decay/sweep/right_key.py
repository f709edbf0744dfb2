"""max with a key, failed ones at the bottom."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    return max(scores, key=lambda v: (scores[v] if scores[v] == scores[v] else -1.0, v)), scores
