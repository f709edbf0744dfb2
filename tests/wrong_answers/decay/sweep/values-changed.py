"""sort and sorted are taken for the same; one of them sorts the caller's list."""


def sweep(values, train_once):
    values.sort(reverse=True)
    scores = {value: train_once(value) for value in values}
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine, key=fine.get), scores
