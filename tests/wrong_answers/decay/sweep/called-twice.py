"""max wants a function as its key, and train_once is the one at hand."""


def sweep(values, train_once):
    scores = {value: train_once(value) for value in values}
    fine = [value for value in values if scores[value] == scores[value]]
    return max(fine, key=lambda v: (train_once(v), v)), scores
