"""max of the accuracies is the best there is, and whose it is gets lost."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = {v: s for v, s in scores.items() if s == s}
    return max(fine.values()), scores
