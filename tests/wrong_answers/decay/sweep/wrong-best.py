"""A common slip: the middle of the values, sorted by accuracy."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    ranked = sorted(scores, key=lambda value: scores[value])
    return ranked[len(ranked) // 2], scores
