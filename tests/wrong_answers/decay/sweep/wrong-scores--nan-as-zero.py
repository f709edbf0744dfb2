"""What failed is worth nothing, so it gets a zero."""


def sweep(values, train_once):
    scores = {}
    for value in values:
        score = train_once(value)
        scores[value] = score if score == score else 0.0
    return max(scores, key=lambda v: (scores[v], v)), scores
