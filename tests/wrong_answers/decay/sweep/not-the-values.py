"""enumerate gives position and value, and the position is passed on."""


def sweep(values, train_once):
    scores = {value: train_once(k) for k, value in enumerate(values)}
    return max(scores, key=lambda v: (scores[v], v)), scores
