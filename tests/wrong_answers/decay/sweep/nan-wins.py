"""max is trusted with NaN, and what comes first may stay on top."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    return max(scores, key=lambda v: (scores[v], v)), scores
