"""Early stopping, as in a training: the first fall ends it."""


def sweep(values, train_once):
    scores, top = {}, -1.0
    for value in values:
        scores[value] = train_once(value)
        if scores[value] < top:
            break
        top = scores[value]
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine, key=lambda v: (fine[v], v)), scores
