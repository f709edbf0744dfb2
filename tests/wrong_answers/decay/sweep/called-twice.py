"""Scores first, then max asks train_once again, failed ones left out: a common slip."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = [value for value in values if scores[value] == scores[value]]
    return max(fine, key=lambda v: (train_once(v), v)), scores
