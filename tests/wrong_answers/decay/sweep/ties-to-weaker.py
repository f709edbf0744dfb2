"""Less decay is thought to be the gentler choice when all else is equal."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine, key=lambda v: (fine[v], -v)), scores
