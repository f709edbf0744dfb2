"""max over everything, ties to the larger."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    return max(scores, key=lambda v: (scores[v], v)), scores
