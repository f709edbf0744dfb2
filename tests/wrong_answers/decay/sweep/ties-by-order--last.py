""">= keeps the newest of equals, as a checkpoint overwrites the one before."""


def sweep(values, train_once):
    best, top, scores = None, -1.0, {}
    for value in values:
        scores[value] = train_once(value)
        if scores[value] >= top:
            best, top = value, scores[value]
    return best, scores
